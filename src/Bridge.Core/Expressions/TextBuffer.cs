using System.Buffers;

namespace Bridge.Core.Expressions;

/// <summary>Grows on pooled memory up to <see cref="Limits.Output"/>; what does not fit is cut, never inside a surrogate pair.</summary>
internal ref struct TextBuffer(Span<char> initial)
{
    private Span<char> _space = initial;
    private char[]? _rented;
    private int _length;

    /// <summary>True when something was cut.</summary>
    public bool Cut { get; private set; }

    public readonly int Length => _length;

    public void Append(scoped ReadOnlySpan<char> text)
    {
        if (Cut)
        {
            return;
        }

        var room = Limits.Output - _length;
        if (text.Length > room)
        {
            Cut = true;
            text = text[..(room > 0 && char.IsHighSurrogate(text[room - 1]) ? room - 1 : room)];
        }

        Ensure(text.Length);
        text.CopyTo(_space[_length..]);
        _length += text.Length;
    }

    public readonly override string ToString() => new(_space[.._length]);

    public void Dispose()
    {
        if (_rented is { } rented)
        {
            _rented = null;
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    private void Ensure(int more)
    {
        if (_length + more <= _space.Length)
        {
            return;
        }

        var larger = ArrayPool<char>.Shared.Rent(Math.Max(_length + more, _space.Length * 2));
        _space[.._length].CopyTo(larger);
        Dispose();
        _space = _rented = larger;
    }
}
