using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.Text;

/// <summary>
/// Reads HTML of strangers. AngleSharp's tokenizer finds the tags and the characters; the tree is built here, in time and memory that grow with the text alone:
/// a browser's rules of tree construction can be made to multiply elements.
/// </summary>
internal sealed class HtmlReader
{
    private const int MostFrames = 100;

    private readonly Stack<HtmlFrame> _frames = new([new HtmlFrame("", frame => frame.Children)]);
    private int _tooDeep;
    private int _skipped;
    private string? _skipping;
    private bool _swallowsBlank = true;
    private bool _swallowsLine;
    private int _linesDue;

    public IReadOnlyList<TextNode> Read(string html)
    {
        using var source = new TextSource(html);
        foreach (var token in source.Tokenize(HtmlEntityProvider.Resolver))
        {
            switch (token.Type)
            {
                case HtmlTokenType.Character when _skipping is null:
                    Words(token.Data);
                    break;
                case HtmlTokenType.StartTag:
                    Start((HtmlTagToken)token);
                    break;
                case HtmlTokenType.EndTag:
                    End(token.Name);
                    break;
            }
        }

        while (_frames.Count > 1)
        {
            Close();
        }

        return _frames.Peek().Children;
    }

    private void Start(HtmlTagToken tag)
    {
        if (_skipping is not null)
        {
            _skipped += tag.Name == _skipping ? 1 : 0;
            return;
        }

        switch (tag.Name)
        {
            case "mx-reply" or "script" or "style" or "head" or "title" or "template":
                (_skipping, _skipped) = (tag.Name, 1);
                break;
            case "br":
                Line();
                break;
            case "img":
                Words(tag.GetAttribute("alt") is { Length: > 0 } alt ? alt : tag.GetAttribute("title") ?? "");
                break;
            case "p" or "hr" or "table" or "dl":
                Lines(2);
                break;
            case "div" or "tr" or "caption" or "summary" or "details" or "dt" or "dd" or "section" or "article" or "header" or "footer":
                Lines(1);
                break;
            case "td" or "th":
                Words(" ");
                break;
            case var name when HtmlElements.FrameOf(tag) is { } frame && !(_frames.Peek().IsCode && name != "code"):
                Open(frame, tag);
                break;
        }
    }

    private void Open(HtmlFrame frame, HtmlTagToken tag)
    {
        if (frame.Tag == "li" && !StartItem())
        {
            Lines(1);
            return;
        }

        if (_frames.Peek().IsCode)
        {
            // <pre><code class="language-x">
            _frames.Peek().Language ??= HtmlElements.LanguageOf(tag);
            _swallowsLine = false;
            _tooDeep++;
            return;
        }

        if (_frames.Count >= MostFrames)
        {
            _tooDeep++;
            return;
        }

        if (HtmlElements.IsBlock(frame.Tag))
        {
            Edge();
        }
        else
        {
            PayLines();
        }

        _swallowsLine = frame.Tag == "pre";
        _frames.Push(frame);
        if (HtmlElements.SpoilerReason(tag) is { } reason)
        {
            Words($"({reason}) ");
        }
    }

    // An item ends the one before it. False outside of a list.
    private bool StartItem()
    {
        var within = _frames.TakeWhile(frame => !frame.IsList).ToList();
        if (within.Count == _frames.Count)
        {
            return false;
        }

        if (within.Exists(frame => frame.Tag == "li"))
        {
            while (!_frames.Peek().IsList)
            {
                Close();
            }
        }

        return _frames.Peek().IsList;
    }

    private void End(string name)
    {
        if (_skipping is not null)
        {
            _skipped -= name == _skipping ? 1 : 0;
            _skipping = _skipped == 0 ? null : _skipping;
            return;
        }

        if (name is "p" or "table" or "dl")
        {
            Lines(2);
        }
        else if (name is "div" or "tr" or "caption" or "summary" or "details" or "dt" or "dd" or "section" or "article" or "header" or "footer")
        {
            Lines(1);
        }
        else if (_tooDeep > 0 && HtmlElements.IsKnown(name) && !(_frames.Peek().IsCode && _frames.Peek().Tag == name))
        {
            _tooDeep--;
        }
        else if (_frames.Any(frame => frame.Tag == name && name.Length > 0))
        {
            _tooDeep = 0;
            while (_frames.Peek().Tag != name)
            {
                Close();
            }

            Close();
        }
    }

    private void Close()
    {
        var frame = _frames.Pop();
        var parent = _frames.Peek();
        if (frame.Tag == "li")
        {
            parent.AddItem(frame.Children);
        }
        else
        {
            foreach (var node in frame.Close())
            {
                parent.Add(node);
            }
        }

        if (HtmlElements.IsBlock(frame.Tag))
        {
            Edge();
        }
        else if (frame.IsCode)
        {
            _swallowsBlank = false;
        }
    }

    private void Words(string words)
    {
        var frame = _frames.Peek();
        if (frame.IsCode)
        {
            frame.Add(_swallowsLine && words.StartsWith('\n') ? words[1..] : words);
            _swallowsLine = false;
            return;
        }

        foreach (var letter in words)
        {
            if (letter is ' ' or '\t' or '\n' or '\r' or '\f')
            {
                Blank(frame);
                continue;
            }

            PayLines();
            frame.Add(letter == '\u00a0' ? ' ' : letter);
            _swallowsBlank = false;
        }
    }

    private void Blank(HtmlFrame frame)
    {
        if (!_swallowsBlank && _linesDue == 0)
        {
            frame.Add(' ');
            _swallowsBlank = true;
        }
    }

    private void Line()
    {
        if (!_frames.Peek().IsCode)
        {
            PayLines();
        }

        _frames.Peek().Add('\n');
        _swallowsBlank = true;
    }

    // Between paragraphs; nothing before the first, beside a block, or after the last.
    private void Lines(int due)
    {
        if (!_frames.Peek().IsCode)
        {
            _linesDue = Math.Max(_linesDue, due);
        }
    }

    private void PayLines()
    {
        if (_linesDue > 0 && !_frames.Peek().IsEmpty)
        {
            _frames.Peek().Add(new string('\n', _linesDue));
            _swallowsBlank = true;
        }

        _linesDue = 0;
    }

    private void Edge() => (_linesDue, _swallowsBlank) = (0, true);
}
