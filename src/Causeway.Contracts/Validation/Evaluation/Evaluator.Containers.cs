using System.Numerics;
using Causeway.Contracts.Schemas.Graph;

namespace Causeway.Contracts.Validation.Evaluation;

/// <content>Arrays and objects.</content>
internal ref partial struct Evaluator
{
    private bool Object(SchemaNode node, ObjectRules rules, int at, int track)
    {
        int count = _view.Nodes[at].Count;
        bool isValid = count <= rules.MaxProperties || Fail(node, Keyword.MaxProperties, at);
        isValid &= count >= rules.MinProperties || Fail(node, Keyword.MinProperties, at);
        int required = 0;
        int ordinal = 0;
        for (int name = at + 1; name < _view.Nodes[at].Next; ordinal++)
        {
            if (!isValid && !IsCollecting)
            {
                return false;
            }

            isValid &= Member(node, rules, name, ref required, out bool isEvaluated);
            if (isEvaluated && track >= 0)
            {
                _work.Mark(track, ordinal);
            }

            name = _view.Nodes[name + 1].Next;
        }

        if (required < rules.RequiredCount)
        {
            isValid = Missing(node, rules, at);
        }

        return (isValid || IsCollecting) && Dependencies(node, rules, at, track) && isValid;
    }

    private bool Member(SchemaNode node, ObjectRules rules, int name, ref int required, out bool isEvaluated)
    {
        _steps--;
        bool isValid = true;
        isEvaluated = false;
        int index = rules.Names.Count == 0 ? -1 : rules.Names.Find(_view, name);
        if (index >= 0)
        {
            required += rules.Required[index] ? 1 : 0;
            if (rules.Properties[index] is { } property)
            {
                isEvaluated = true;
                isValid = Evaluate(property, name + 1, -1);
            }
        }

        foreach ((Schemas.Patterns.SchemaPattern pattern, SchemaNode schema) in rules.PatternProperties)
        {
            if ((isValid || IsCollecting) && Matches(pattern, Unescaped(name)))
            {
                isEvaluated = true;
                isValid &= Evaluate(schema, name + 1, -1);
            }
        }

        if (!isEvaluated && rules.Additional is { } additional)
        {
            isEvaluated = true;
            isValid &= additional.Always == false ? Fail(node, Keyword.AdditionalProperties, name) : Evaluate(additional, name + 1, -1);
        }

        return isValid & (rules.PropertyNames is null || (!isValid && !IsCollecting) || Evaluate(rules.PropertyNames, name, -1));
    }

    private readonly bool Missing(SchemaNode node, ObjectRules rules, int at)
    {
        for (int i = 0; i < rules.Required.Length && IsCollecting; i++)
        {
            if (rules.Required[i] && _view.Member(at, rules.Names[i]) < 0)
            {
                Fail(node, Keyword.Required, at, i);
            }
        }

        return false;
    }

    private bool Dependencies(SchemaNode node, ObjectRules rules, int at, int track)
    {
        bool isValid = true;
        for (int i = 0; i < rules.DependentRequired.Length && (isValid || IsCollecting); i++)
        {
            DependentNames names = rules.DependentRequired[i];
            _steps -= _view.Nodes[at].Count;
            if (_view.Member(at, names.Name) >= 0)
            {
                isValid &= HasAll(node, names, i, at);
            }
        }

        for (int i = 0; i < rules.DependentSchemas.Length && (isValid || IsCollecting); i++)
        {
            _steps -= _view.Nodes[at].Count;
            if (_view.Member(at, rules.DependentSchemas[i].Name) >= 0)
            {
                isValid &= Evaluate(rules.DependentSchemas[i].Schema, at, track);
            }
        }

        return isValid;
    }

    private bool HasAll(SchemaNode node, DependentNames names, int index, int at)
    {
        bool isValid = true;
        for (int i = 0; i < names.Required.Length && (isValid || IsCollecting); i++)
        {
            _steps -= _view.Nodes[at].Count;
            isValid &= _view.Member(at, names.Required[i]) >= 0 || Fail(node, names.Keyword, at, (index << 16) | Math.Min(i, 0xFFFF));
        }

        return isValid;
    }

    private bool Array(SchemaNode node, ArrayRules rules, int at, int track)
    {
        int count = _view.Nodes[at].Count;
        bool isValid = count <= rules.MaxItems || Fail(node, Keyword.MaxItems, at);
        isValid &= count >= rules.MinItems || Fail(node, Keyword.MinItems, at);
        if (rules.Prefix.Length > 0 || rules.Items is not null)
        {
            isValid = (isValid || IsCollecting) && Items(node, rules, at, track) && isValid;
        }

        if (rules.Contains is not null && (isValid || IsCollecting))
        {
            isValid &= HasContained(node, rules, rules.Contains, at, track);
        }

        return isValid && (!rules.AreUnique || AreUnique(node, at));
    }

    private bool Items(SchemaNode node, ArrayRules rules, int at, int track)
    {
        bool isValid = true;
        int index = 0;
        for (int item = at + 1; item < _view.Nodes[at].Next && (isValid || IsCollecting); item = _view.Nodes[item].Next)
        {
            SchemaNode? schema = index < rules.Prefix.Length ? rules.Prefix[index] : rules.Items;
            if (schema is null)
            {
                break;
            }

            // "items": false behind a tuple says that there may be no more, which is clearer than "nothing is allowed here".
            isValid &= schema.Always == false && index >= rules.Prefix.Length ? Fail(node, Keyword.Items, item) : Evaluate(schema, item, -1);
            if (track >= 0)
            {
                _work.Mark(track, index);
            }

            index++;
        }

        return isValid;
    }

    private bool HasContained(SchemaNode node, ArrayRules rules, SchemaNode contains, int at, int track)
    {
        List<Finding>? findings = _findings;
        _findings = null;
        int count = 0;
        int index = 0;
        bool isDecided = false;
        for (int item = at + 1; item < _view.Nodes[at].Next && !isDecided && _steps >= 0; item = _view.Nodes[item].Next)
        {
            if (Evaluate(contains, item, -1))
            {
                count++;
                if (track >= 0)
                {
                    _work.Mark(track, index);
                }
            }

            index++;
            isDecided = track < 0 && (rules.MaxContains == int.MaxValue ? count >= rules.MinContains : count > rules.MaxContains);
        }

        _findings = findings;
        return count > rules.MaxContains ? Fail(node, Keyword.MaxContains, at, count)
            : count >= rules.MinContains || Fail(node, rules.MinContains == 1 ? Keyword.Contains : Keyword.MinContains, at, count);
    }

    private bool AreUnique(SchemaNode node, int at)
    {
        int count = _view.Nodes[at].Count;
        if (count < 2)
        {
            return true;
        }

        int mask = (int)BitOperations.RoundUpToPowerOf2((uint)count * 2) - 1;
        Span<long> table = _work.Table(mask + 1);
        for (int item = at + 1; item < _view.Nodes[at].Next && _steps >= 0; item = _view.Nodes[item].Next)
        {
            int hash = _view.Hash(item, ref _steps);
            int slot = hash & mask;
            for (; table[slot] != 0; slot = (slot + 1) & mask)
            {
                _steps--;
                if ((int)(table[slot] >> 32) == hash && _view.IsEqual(item, _view, (int)table[slot], ref _steps))
                {
                    return Fail(node, Keyword.UniqueItems, item, (int)table[slot]);
                }
            }

            table[slot] = ((long)hash << 32) | (uint)item;
        }

        return true;
    }
}
