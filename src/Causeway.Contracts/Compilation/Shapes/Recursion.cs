namespace Causeway.Contracts.Compilation.Shapes;

/// <summary>Which shapes hold themselves: the circles of the references, found once for all that can be reached (Tarjan's algorithm, without recursion).</summary>
/// <param name="throughRequired">Only members that are required count as a way.</param>
internal sealed class Recursion(ShapeGraph graph, bool throughRequired)
{
    private readonly Dictionary<string, Visit> _visits = [];
    private readonly Stack<Visit> _open = new();
    private readonly Stack<Visit> _way = new();

    /// <summary>Whether the shape at a pointer holds itself.</summary>
    public bool Holds(string pointer)
    {
        if (!_visits.TryGetValue(pointer, out Visit? visit))
        {
            visit = Begin(pointer);
            while (_way.TryPeek(out Visit? at))
            {
                Step(at);
            }
        }

        return visit.IsRecursive;
    }

    private Visit Begin(string pointer)
    {
        Visit visit = new(_visits.Count, [.. Targets(graph.At(pointer))]);
        visit.IsRecursive = visit.Targets.Contains(pointer);
        _visits[pointer] = visit;
        _open.Push(visit);
        _way.Push(visit);
        return visit;
    }

    private void Step(Visit at)
    {
        graph.Budget.Take();
        if (at.Next < at.Targets.Length)
        {
            string target = at.Targets[at.Next++];
            if (!_visits.TryGetValue(target, out Visit? known))
            {
                Begin(target);
            }
            else if (!known.IsDone)
            {
                at.Lowest = Math.Min(at.Lowest, known.Number);
            }

            return;
        }

        _way.Pop();
        if (_way.TryPeek(out Visit? before))
        {
            before.Lowest = Math.Min(before.Lowest, at.Lowest);
        }

        if (at.Lowest == at.Number)
        {
            Close(at);
        }
    }

    // All that were opened since are one circle; a shape alone is one only if it refers to itself.
    private void Close(Visit first)
    {
        bool isCircle = _open.Peek() != first;
        Visit visit;
        do
        {
            visit = _open.Pop();
            visit.IsDone = true;
            visit.IsRecursive |= isCircle;
        }
        while (visit != first);
    }

    /// <summary>What a shape refers to, at any depth inside it.</summary>
    private HashSet<string> Targets(Shape root)
    {
        HashSet<string> targets = [];
        HashSet<Shape> seen = new(ReferenceEqualityComparer.Instance);
        Stack<Shape> left = new([root]);
        while (left.TryPop(out Shape? shape))
        {
            graph.Budget.Take(2);
            if (shape is RefShape reference)
            {
                targets.Add(reference.Target);
            }
            else if (seen.Add(shape))
            {
                foreach (Shape part in Parts(shape))
                {
                    left.Push(part);
                }
            }
        }

        return targets;
    }

    private IEnumerable<Shape> Parts(Shape shape) => shape switch
    {
        ObjectShape held => held.Properties.Where(property => !throughRequired || held.Requires(property.Name)).Select(property => property.Value).Concat(One(held.Additional)),
        ArrayShape array => array.Prefix.Concat(One(array.Items)),
        UnionShape union => union.Branches,
        _ => [],
    };

    private static Shape[] One(Shape? shape) => shape is null ? [] : [shape];

    private sealed class Visit(int number, string[] targets)
    {
        public int Number { get; } = number;

        public string[] Targets { get; } = targets;

        public int Next { get; set; }

        public int Lowest { get; set; } = number;

        public bool IsDone { get; set; }

        public bool IsRecursive { get; set; }
    }
}
