using Bridge.Core.Configuration;

namespace Bridge.Host.Configuration.Yaml;

/// <summary>The text of one file, which knows line and column of each character.</summary>
internal sealed class SourceText
{
    private readonly List<int> _lineStarts = [0];

    public SourceText(string file, string text)
    {
        File = file;
        Text = text;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                _lineStarts.Add(i + 1);
            }
        }
    }

    public string File { get; }

    public string Text { get; }

    public SourcePosition At(int index)
    {
        var line = _lineStarts.BinarySearch(index);
        line = line < 0 ? ~line - 1 : line;
        return new SourcePosition(File, line + 1, index - _lineStarts[line] + 1);
    }
}
