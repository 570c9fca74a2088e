using Bridge.Abstractions;
using Bridge.Core.Endpoints;
using Bridge.Core.Expressions;
using Bridge.Core.Routing;
using Bridge.Core.Storage;
using Bridge.Host.Admin;

namespace Bridge.Host.Daemon;

/// <summary>What people change at run time: links, labels, portals on request, silences, opt-outs. Done means durable.</summary>
internal sealed class SteerCommands(
    DaemonSettings settings, RunningParts parts, LinkCommands links, StoredReports stored, Reload reload, TimeProvider clock)
{
    private const string CommandLine = "the command line";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(50);

    public async Task<LinkReport> LinkAsync(LinkAddRequest request, CancellationToken cancellationToken)
    {
        var sides = request.Between.Select(Check).ToList();
        var (data, words) = (sides.Find(side => Carries(side.Plugin)), sides.Find(side => !Carries(side.Plugin)));
        if (data.Plugin is not null && words.Plugin is not null)
        {
            throw new AdminException(
                AdminErrorCode.Usage, $"endpoint {words.Address.Endpoint} carries messages, and endpoint {data.Address.Endpoint} data", "two routes do that, one each way");
        }

        var label = request.Label is { } text ? new MessageText(text) : (MessageText?)null;
        var answer = await DoAsync(new Steer.Link(EquatableArray.From(sides.Select(side => side.Address)), label) { By = By(request) }, cancellationToken);
        await reload.ListenAsync();
        return await links.LinkAsync(answer.Id);
    }

    /// <summary>Gives what was ended, as it was.</summary>
    public async Task<LinkReport> UnlinkAsync(LinkRemoveRequest request, CancellationToken cancellationToken)
    {
        var link = await links.LinkAsync(request.Link);
        await DoAsync(new Steer.Unlink(request.Link) { By = By(request) }, cancellationToken);
        await reload.ListenAsync();
        return link;
    }

    public async Task<LinkReport> LabelAsync(LinkLabelRequest request, CancellationToken cancellationToken) =>
        await links.LinkAsync((await DoAsync(new Steer.SetLabel(request.Link, new MessageText(request.Label)) { By = By(request) }, cancellationToken)).Id);

    public async Task<SilenceReport> SilenceAsync(SilenceRequest request, CancellationToken cancellationToken)
    {
        if (!DurationText.TryParse(request.Duration, out var time))
        {
            throw new AdminException(AdminErrorCode.Usage, "that is no duration", "write it like 30m, 2h or 3d");
        }

        var asked = clock.GetUtcNow();
        await DoAsync(new Steer.Silence(request.Name, time) { By = By(request) }, cancellationToken);
        return (await links.SilencesAsync()).FirstOrDefault(silence => silence.Name == request.Name)
            ?? new SilenceReport(request.Name, asked, asked + time, By(request)); // over already
    }

    /// <summary>Gives what was ended, as it was.</summary>
    public async Task<SilenceReport> EndSilenceAsync(SilenceEndRequest request, CancellationToken cancellationToken)
    {
        var silence = (await links.SilencesAsync()).FirstOrDefault(silence => silence.Name == request.Name);
        await DoAsync(new Steer.EndSilence(request.Name) { By = By(request) }, cancellationToken);
        return silence!;
    }

    /// <summary>Who asked not to be written to, in that order.</summary>
    public IReadOnlyList<OptOutReport> OptOuts() => [.. parts.Loop.OptOuts.All.Select(Report)];

    /// <summary>Gives what was lifted, as it was. Its endpoint need not be configured any more.</summary>
    public async Task<OptOutReport> LiftOptOutAsync(OptOutRequest request, CancellationToken cancellationToken)
    {
        if (!Address.TryParse(request.Address, out var at))
        {
            throw new AdminException(AdminErrorCode.Usage, "that is no address", "write it as bridge optouts list shows it");
        }

        var optOut = parts.Loop.OptOuts.Find(at);
        await DoAsync(new Steer.LiftOptOut(at) { By = By(request) }, cancellationToken);
        return Report(optOut ?? new OptedOut(at, "", "", clock.GetUtcNow(), default));
    }

    /// <summary>Waits a while for the conversation, and says then how far it is: it is made in any case.</summary>
    public async Task<PortalReport> StartPortalAsync(PortalStartRequest request, CancellationToken cancellationToken)
    {
        var start = new Steer.StartPortal(Check(request.Far).Address, request.Link, AddressOf(request.Near), AddressOf(request.Asker)) { By = By(request) };
        var answer = await DoAsync(start, cancellationToken);
        var began = clock.GetTimestamp();
        while (true)
        {
            var portal = (await links.OverviewAsync()).Portals().FirstOrDefault(portal => portal.Portal == answer.Id);
            if (portal is { Near: not null } || clock.GetElapsedTime(began) > s_patience)
            {
                return portal ?? throw new AdminException(AdminErrorCode.Failed, "the portal is gone again", "see the daemon's log");
            }

            await ThrowIfFailedAsync(answer.Event, cancellationToken);
            await Task.Delay(s_lookAgain, clock, cancellationToken);
        }
    }

    private async Task ThrowIfFailedAsync(EventId? asked, CancellationToken cancellationToken)
    {
        if (asked is { } id && await parts.Store.DeliveriesOfAsync(id, cancellationToken) is [{ State: DeliveryState.Failed or DeliveryState.Expired } row])
        {
            var delivery = await stored.FindAsync(row.Id, cancellationToken);
            throw new AdminException(AdminErrorCode.Failed, delivery.Reason ?? "its conversation cannot be made", delivery.Cure ?? $"see: bridge trace {id}");
        }
    }

    private async Task<SteerAnswer> DoAsync(Steer steer, CancellationToken cancellationToken)
    {
        var answer = await Accepting.DurableAsync(parts.Loop.SteerAsync(steer), clock, cancellationToken);
        return answer.Refusal is { } refusal
            ? throw new AdminException(refusal.IsUnknown ? AdminErrorCode.NotFound : AdminErrorCode.Failed, refusal.Why, refusal.Cure)
            : answer;
    }

    private static OptOutReport Report(OptedOut one) => new(one.At.Full, one.Since, one.Why, one.By.ToString());

    private static string By(ISigned request) => request.By ?? CommandLine;

    private static bool Carries(PluginDescription plugin) => plugin.Carries.HasFlag(EventFeature.Data);

    private Address? AddressOf(string? text) => text is null ? null : Check(text).Address;

    private (Address Address, PluginDescription Plugin) Check(string text)
    {
        var config = reload.Running.Config;
        var (address, plugin) = Accepting.Check(config, settings.Plugins, text);
        var endpoint = config.Endpoints.First(endpoint => endpoint.Id == address.Endpoint);
        return new AddressFilter(endpoint.Allow, endpoint.Deny, plugin.Addresses).Allows(address.Rest)
            ? (address, plugin)
            : throw new AdminException(AdminErrorCode.Usage, $"endpoint {endpoint.Id} does not allow this address", "see its allow and deny in the configuration");
    }
}
