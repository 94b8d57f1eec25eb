using Causeway.Contracts.Schemas.Graph;

namespace Causeway.Contracts.Validation.Evaluation;

/// <content>Schemas on the same value.</content>
internal ref partial struct Evaluator
{
    // Findings kept of a branch that failed: what a person would read of it.
    private const int MostOfBranch = 8;

    private bool Branches(SchemaNode node, Branches branches, int at, int track)
    {
        bool isValid = true;
        for (int i = 0; i < branches.AllOf.Length && (isValid || IsCollecting); i++)
        {
            isValid &= Evaluate(branches.AllOf[i], at, track);
        }

        if (branches.AnyOf.Length > 0 && (isValid || IsCollecting))
        {
            isValid &= Any(node, branches.AnyOf, at, track);
        }

        if (branches.OneOf.Length > 0 && (isValid || IsCollecting))
        {
            isValid &= One(node, branches.OneOf, at, track);
        }

        if (branches.Not is not null && (isValid || IsCollecting))
        {
            isValid &= !Quietly(branches.Not, at, -1) || Fail(node, Keyword.Not, at);
        }

        return branches.If is null || (!isValid && !IsCollecting) ? isValid : If(branches, branches.If, at, track) && isValid;
    }

    private bool If(Branches branches, SchemaNode condition, int at, int track)
    {
        SchemaNode? next = Quietly(condition, at, track) ? branches.Then : branches.Else;
        return next is null || Evaluate(next, at, track);
    }

    /// <summary>Evaluates without findings, and tracks only where it succeeds.</summary>
    private bool Quietly(SchemaNode node, int at, int track)
    {
        List<Finding>? findings = _findings;
        _findings = null;
        bool isValid = Separately(node, at, track);
        _findings = findings;
        return isValid;
    }

    private bool Separately(SchemaNode node, int at, int track)
    {
        if (track < 0)
        {
            return Evaluate(node, at, -1);
        }

        int count = _view.Nodes[at].Count;
        int set = _work.NewSet(count);
        bool isValid = Evaluate(node, at, set);
        if (isValid)
        {
            _work.Join(set, track, count);
        }

        _work.Release(set);
        return isValid;
    }

    private bool Any(SchemaNode node, SchemaNode[] branches, int at, int track)
    {
        NearestBranch nearest = Compare(out int most);
        bool isValid = false;
        for (int i = 0; i < branches.Length && (!isValid || track >= 0) && _steps >= 0; i++)
        {
            isValid |= Try(branches[i], at, track, ref nearest);
        }

        return Conclude(node, Keyword.AnyOf, at, isValid, ref nearest, most);
    }

    private bool One(SchemaNode node, SchemaNode[] branches, int at, int track)
    {
        NearestBranch nearest = Compare(out int most);
        int first = -1;
        for (int i = 0; i < branches.Length && _steps >= 0; i++)
        {
            if (!Try(branches[i], at, track, ref nearest))
            {
                continue;
            }

            if (first >= 0)
            {
                nearest.Forget(_findings);
                _mostFindings = most;
                return Fail(node, Keyword.OneOf, at, (first << 16) | Math.Min(i, 0xFFFF));
            }

            first = Math.Min(i, 0x7FFF);
        }

        return Conclude(node, Keyword.OneOf, at, first >= 0, ref nearest, most);
    }

    /// <summary>Makes room for the findings of two branches beyond the most that are wanted, so that they can be weighed against each other.</summary>
    private NearestBranch Compare(out int most)
    {
        most = _mostFindings;
        int mark = _findings?.Count ?? 0;
        _mostFindings = IsCollecting ? Math.Max(most, mark + (2 * MostOfBranch)) : most;
        return new NearestBranch(mark);
    }

    private bool Try(SchemaNode branch, int at, int track, ref NearestBranch nearest)
    {
        if (!IsCollecting)
        {
            return Separately(branch, at, track);
        }

        int most = _mostFindings;
        int before = _findings!.Count;
        _mostFindings = before + MostOfBranch;
        bool isValid = Separately(branch, at, track);
        _mostFindings = most;
        if (isValid)
        {
            _findings.RemoveRange(before, _findings.Count - before);
        }
        else
        {
            nearest.Consider(_findings, before, at);
        }

        return isValid;
    }

    private bool Conclude(SchemaNode node, Keyword keyword, int at, bool isValid, ref NearestBranch nearest, int most)
    {
        _mostFindings = most;
        if (_findings is null)
        {
            return isValid;
        }

        if (isValid || nearest.IsOfOtherKind)
        {
            nearest.Forget(_findings);
            return isValid || Fail(node, keyword, at);
        }

        if (_findings.Count > _mostFindings)
        {
            _findings.RemoveRange(_mostFindings, _findings.Count - _mostFindings);
        }

        return false;
    }
}
