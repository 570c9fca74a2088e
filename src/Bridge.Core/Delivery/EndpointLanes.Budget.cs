using Bridge.Core.Storage;

namespace Bridge.Core.Delivery;

// What may not be sent at all, and what the endpoint's limits let through.
internal sealed partial class EndpointLanes
{
    private volatile DayUse? _day;
    private DateTimeOffset? _saidHeldUntil;
    private bool _heldForDay;

    /// <summary>Of the daily limit, as of the latest turn; null: there is none. From any thread.</summary>
    public DayUse? Day => _day;

    /// <summary>True when the delivery ended here: whoever is there asked not to be written to, and is told nothing but what answers that.</summary>
    private bool IsUnwanted(Lane lane, Owed owed)
    {
        if (owed.Content.IsAnswer || _works.OptOuts.Find(owed.To) is not { } optOut)
        {
            return false;
        }

        Finish(lane, owed, NotSent(owed), optOut.Why, $"{optOut.Cure}; by hand: bridge optouts remove");
        _works.Telemetry.DeliveryUnwanted(_id);
        return true;
    }

    /// <summary>True when the delivery ended here: no day would ever be long enough for it.</summary>
    private bool IsTooDear(Lane lane, Owed owed, int units)
    {
        if (!(units > _budget.PerDay))
        {
            return false;
        }

        Finish(lane, owed, NotSent(owed), $"it costs {units} at once, and the endpoint's daily limit is {_budget.PerDay}", "shorten it, or raise limits.per_day");
        return true;
    }

    private static DeliveryState NotSent(Owed owed) =>
        owed.Progress.DoubtSince is not null ? DeliveryState.Uncertain : owed.IsBegun ? DeliveryState.Partial : DeliveryState.Failed;

    /// <summary>The day's limit is said once, though many deliveries wait for it.</summary>
    private Turn HoldBack(Owed owed, SendBudget.Hold hold)
    {
        (_heldUntil, _heldForDay) = (hold.Until, hold.Why is not null);
        if (hold.Why is not { } why)
        {
            return Turn.OverBudget;
        }

        if (owed.Progress.Reason != why)
        {
            owed.Progress = owed.Progress with { Reason = why };
            RecordProgress(owed, urgent: false);
        }

        if (_saidHeldUntil != hold.Until)
        {
            _saidHeldUntil = hold.Until;
            _works.Telemetry.DeliveryHeld(_id, why, hold.Until);
        }

        return Turn.OverBudget;
    }

    private void Spend(Owed owed, int units)
    {
        _budget.Spend(units);
        owed.Paid = (_budget.Day.Day, units);
        RecordSpending();
    }

    /// <summary>It is known not to have been handed over: its next attempt pays again. A rate counts attempts, a day what is sent.</summary>
    private void Refund(Owed owed, int used = 0)
    {
        _budget.Day.Return(Math.Max(0, owed.Paid.Units - used), owed.Paid.Day);
        owed.Paid = default;
        RecordSpending();
        if (_heldForDay)
        {
            _heldUntil = null; // what waits for the next day may go now
        }
    }

    private void RecordSpending()
    {
        if (_budget.Lasting)
        {
            _ledger.Add(_works.Records.Spending(_id, _budget.Day.ToString()), urgent: false);
        }
    }

    /// <summary>For those who look.</summary>
    private void ShowDay() =>
        _day = _budget.PerDay is { } limit ? new DayUse(_budget.Day.Day, _budget.Day.Spent, limit, _heldForDay ? _heldUntil : null) : null;
}

/// <summary>How much of an endpoint's daily limit is used.</summary>
/// <param name="Day">In the zone of the configuration.</param>
/// <param name="Spent">In the units that limits count.</param>
/// <param name="HeldUntil">Deliveries wait until then because the limit is reached; null: none does.</param>
public sealed record DayUse(DateOnly Day, int Spent, int Limit, DateTimeOffset? HeldUntil)
{
    /// <summary>At another time: a new day begins with nothing.</summary>
    public DayUse At(DateTimeOffset now, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime) is var today && today != Day ? new DayUse(today, 0, Limit, null) : this;
}
