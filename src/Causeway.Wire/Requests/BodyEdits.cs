using System.Runtime.InteropServices;

namespace Causeway.Wire.Requests;

/// <summary>The edits of one body, ordered by position, never overlapping. Up to two are held without an allocation.</summary>
[StructLayout(LayoutKind.Auto)]
public struct BodyEdits
{
    private BodyEdit _first;
    private BodyEdit _second;
    private BodyEdit[]? _more;

    /// <summary>Number of edits.</summary>
    public int Count { get; private set; }

    /// <summary>The edit at <paramref name="index"/>, 0 to <see cref="Count"/> - 1, in order of position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such edit.</exception>
    public readonly BodyEdit this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return At(index);
        }
    }

    /// <summary>Adds an edit at its place; an insertion at the position of an earlier insertion comes after it.</summary>
    /// <exception cref="ArgumentException">The edit overlaps another one.</exception>
    public void Add(BodyEdit edit)
    {
        int place = Count;
        while (place > 0 && At(place - 1).Range.Start > edit.Range.Start)
        {
            place--;
        }

        if ((place > 0 && At(place - 1).Range.End > edit.Range.Start) || (place < Count && edit.Range.End > At(place).Range.Start))
        {
            throw new ArgumentException("The edit overlaps another one.", nameof(edit));
        }

        Grow();
        for (int i = Count; i > place; i--)
        {
            Put(i, At(i - 1));
        }

        Put(place, edit);
        Count++;
    }

    /// <summary>The same edits, to which others can be added without changing these.</summary>
    public readonly BodyEdits Copy()
    {
        BodyEdits copy = default;
        for (int i = 0; i < Count; i++)
        {
            copy.Add(At(i));
        }

        return copy;
    }

    private readonly BodyEdit At(int index) => index switch { 0 => _first, 1 => _second, _ => _more![index - 2] };

    private void Put(int index, BodyEdit edit)
    {
        switch (index)
        {
            case 0:
                _first = edit;
                break;
            case 1:
                _second = edit;
                break;
            default:
                _more![index - 2] = edit;
                break;
        }
    }

    private void Grow()
    {
        if (Count >= 2 && (_more is null || Count - 2 == _more.Length))
        {
            Array.Resize(ref _more, Math.Max(4, (_more?.Length ?? 0) * 2));
        }
    }
}
