using System.Text;
using Bridge.Abstractions;

namespace Bridge.Plugin.Matrix.Text;

/// <summary>An element that has begun and not ended.</summary>
internal sealed class HtmlFrame(string tag, Func<HtmlFrame, IEnumerable<TextNode>> close)
{
    private readonly List<TextNode> _children = [];
    private readonly StringBuilder _words = new();
    private readonly List<ListItemNode> _items = [];

    public string Tag => tag;

    public bool IsList => tag is "ul" or "ol";

    /// <summary>In code everything is words.</summary>
    public bool IsCode => tag is "pre" or "code";

    /// <summary>Of a block of code.</summary>
    public string? Language { get; set; }

    public bool IsEmpty => _children.Count == 0 && _words.Length == 0;

    public string Words => _words.ToString();

    public IReadOnlyList<TextNode> Children
    {
        get
        {
            Settle();
            return _children;
        }
    }

    public EquatableArray<ListItemNode> Items => EquatableArray.From(_items);

    public void Add(char letter) => _words.Append(letter);

    public void Add(string words) => _words.Append(words);

    public void Add(TextNode node)
    {
        Settle();
        _children.Add(node);
    }

    /// <summary>Of a list. What stands in it outside of an item makes one.</summary>
    public void AddItem(IReadOnlyList<TextNode> children) => _items.Add(new ListItemNode(EquatableArray.From(children)));

    /// <summary>What it is in the tree.</summary>
    public IEnumerable<TextNode> Close()
    {
        if (IsList && Children is { Count: > 0 } strays)
        {
            AddItem(strays);
        }

        return close(this);
    }

    private void Settle()
    {
        if (_words.Length > 0)
        {
            _children.Add(new PlainNode(new MessageText(_words.ToString())));
            _words.Clear();
        }
    }
}
