namespace Causeway.Budgets.Runaway;

/// <summary>What runs of each feature usually spend in a minute. Thread-safe; of at most <see cref="MaxFeatures"/> features.</summary>
internal sealed class BurnRates
{
    /// <summary>Features of which rates are kept; beyond them the one that was idle longest is forgotten.</summary>
    public const int MaxFeatures = 1024;

    private readonly Lock _turn = new();
    private readonly Dictionary<string, (CostQuantile Rates, long Used)> _features = [];
    private long _uses;

    /// <summary>One minute of one run.</summary>
    public void Add(string feature, long nanoUsd)
    {
        lock (_turn)
        {
            if (!_features.TryGetValue(feature, out (CostQuantile Rates, long Used) known))
            {
                if (_features.Count == MaxFeatures)
                {
                    _features.Remove(_features.MinBy(each => each.Value.Used).Key);
                }

                known.Rates = new CostQuantile();
            }

            known.Rates.Add(nanoUsd);
            _features[feature] = (known.Rates, ++_uses);
        }
    }

    /// <summary>What a minute of the feature's runs costs at most in 95 of 100 cases, nano-USD; null: too little is known.</summary>
    public long? UsualMost(string feature)
    {
        lock (_turn)
        {
            return _features.TryGetValue(feature, out (CostQuantile Rates, long Used) known) && known.Rates.Count >= RunThresholds.BurnSamples ? known.Rates.P95() : null;
        }
    }
}
