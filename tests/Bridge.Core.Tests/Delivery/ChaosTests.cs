using Bridge.Abstractions;
using Bridge.Core.Storage;
using Bridge.Testing.Endpoints;
using Xunit;

namespace Bridge.Core.Tests.Delivery;

/// <summary>Random answers, lost answers, disconnections and crashes of the engine over one store; then calm, and the laws must have held.</summary>
public sealed class ChaosTests
{
    public static TheoryData<string, int, int> Runs()
    {
        var runs = new TheoryData<string, int, int>();
        foreach (var (resend, inFlight) in new[] { ("harmless", 1), ("harmless", 4), ("keyed", 1), ("keyed", 3), ("asked", 1), ("asked", 3), ("unsafe", 1) })
        {
            for (var seed = 1; seed <= (resend == "asked" ? 14 : 4); seed++)
            {
                runs.Add(resend, inFlight, seed);
            }
        }

        return runs;
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Nothing_is_lost_nothing_is_reordered_and_unsafe_is_never_sent_twice(string resend, int inFlight, int seed)
    {
        var network = new ChaoticNetwork(seed, resend, inFlight);
        await using var rig = new DeliveryRig(network.Endpoint);
        var random = new Random(seed);
        await rig.StartAsync();
        var owed = new List<DeliveryId>();
        for (var step = 0; step < 150; step++)
        {
            await StepAsync(rig, network, random, owed);
            await rig.SettleAsync();
        }

        network.Calm = true;
        network.Endpoint.Holding = false;
        await network.AnswerAllAsync(rig);
        rig.Connect();
        for (var round = 0; round < 20 && await OpenAsync(rig, owed) > 0; round++)
        {
            await rig.PassAsync(TimeSpan.FromMinutes(5));
        }

        await AssertLawsAsync(rig, network, resend, owed);
    }

    private static async Task StepAsync(DeliveryRig rig, ChaoticNetwork network, Random random, List<DeliveryId> owed)
    {
        switch (random.Next(20))
        {
            case < 9:
                var number = owed.Count;
                var text = random.Next(5) == 0 ? $"{number:d4}a {number:d4}b" : $"{number:d4}a";
                owed.Add(await rig.OwesAsync(text, to: $"room{random.Next(3)}"));
                break;
            case < 14:
                await network.AnswerAllAsync(rig);
                break;
            case < 16:
                await network.PassAsync(rig, TimeSpan.FromMilliseconds(random.Next(1, 20_000)));
                break;
            case 16:
                rig.Disconnect();
                await network.AnswerAllAsync(rig);
                break;
            case < 19:
                rig.Connect();
                break;
            default:
                network.Forget();
                await rig.RestartAsync();
                break;
        }
    }

    private static async Task<int> OpenAsync(DeliveryRig rig, List<DeliveryId> owed)
    {
        var open = 0;
        foreach (var id in owed)
        {
            open += (await rig.Store.FindDeliveryAsync(id, CancellationToken.None))!.State < DeliveryState.Sent ? 1 : 0;
        }

        return open;
    }

    private static async Task AssertLawsAsync(DeliveryRig rig, ChaoticNetwork network, string resend, List<DeliveryId> owed)
    {
        for (var number = 0; number < owed.Count; number++)
        {
            var state = (await rig.Store.FindDeliveryAsync(owed[number], CancellationToken.None))!.State;
            Assert.True(state is DeliveryState.Delivered or DeliveryState.Failed or DeliveryState.Partial or DeliveryState.Uncertain, $"{number} is {state}");
            Assert.True(state != DeliveryState.Uncertain || resend == "unsafe", $"{number} is uncertain on a {resend} network");
            Assert.True(state != DeliveryState.Delivered || network.Transmitted.Any(sent => sent.Number == number), $"{number} is delivered, but never was");
        }

        foreach (var room in network.Transmitted.GroupBy(sent => sent.Room))
        {
            var first = room.Select(sent => (sent.Number, sent.Part)).Distinct().ToList();
            Assert.Equal(first.Order(), first);
        }

        if (resend is "unsafe" or "asked")
        {
            Assert.Equal(network.Transmitted.Count, network.Transmitted.Distinct().Count());
        }
    }

    /// <summary>
    /// Keeps the contract of a pipelined endpoint: it transmits in the order of the calls, and once something of an address was not transmitted, nothing
    /// after it is either until that has been answered.
    /// </summary>
    private sealed class ChaoticNetwork
    {
        private readonly Random _random;
        private readonly Dictionary<Outbound, SendResult?> _answers = new(ReferenceEqualityComparer.Instance);
        private readonly HashSet<Outbound> _untransmitted = new(ReferenceEqualityComparer.Instance);
        private readonly HashSet<string> _blocked = [];
        private readonly HashSet<DeliveryKey> _seen = [];
        private readonly bool _keyed;
        private DateTimeOffset _answeredAt;

        public ChaoticNetwork(int seed, string resend, int inFlight)
        {
            _random = new Random(seed * 31);
            _keyed = resend == "keyed";
            Endpoint = resend == "asked" ? new Findable(this) : new Deciding(this);
            Endpoint.Holding = true;
            Endpoint.Capabilities = new EndpointCapabilities
            {
                Sends = EventFeature.Text,
                MaxTextLength = 7,
                InFlight = inFlight,
                MayEcho = resend != "asked",
                Resend = resend switch
                {
                    "harmless" => new ResendClass.Harmless(),
                    "keyed" or "asked" => new ResendClass.Keyed(TimeSpan.FromDays(2)),
                    _ => new ResendClass.Unsafe(),
                },
            };
        }

        public FakeEndpoint Endpoint { get; }

        public bool Calm { get; set; }

        public List<(string Room, int Number, char Part)> Transmitted { get; } = [];

        /// <summary>One after another, each heard before the next: an endpoint cannot know when the host has heard that something was not transmitted.</summary>
        public async Task AnswerAllAsync(DeliveryRig rig)
        {
            _answeredAt = rig.Time.GetUtcNow();
            foreach (var held in Endpoint.Held)
            {
                var room = held.Outbound.To.Rest;
                if (!_answers.Remove(held.Outbound, out var answer))
                {
                    continue;
                }

                if (_untransmitted.Remove(held.Outbound) && !_untransmitted.Any(other => other.To.Rest == room))
                {
                    _blocked.Remove(room);
                }

                if (answer is not null)
                {
                    held.Answer(answer);
                }
                else
                {
                    held.Fail(new IOException("lost"));
                }

                await rig.SettleAsync();
            }
        }

        /// <summary>Nothing stays unanswered for 30 s: the host cancels that on another thread, and nobody could say when it has heard.</summary>
        public async Task PassAsync(DeliveryRig rig, TimeSpan time)
        {
            if (rig.Time.GetUtcNow() + time - _answeredAt >= TimeSpan.FromSeconds(25))
            {
                await AnswerAllAsync(rig);
            }

            await rig.PassAsync(time);
        }

        public void Forget()
        {
            _answers.Clear();
            _blocked.Clear();
            _untransmitted.Clear();
        }

        private void Decide(Outbound outbound)
        {
            var dice = Calm ? 99 : _random.Next(100);
            var room = outbound.To.Rest;
            if (_blocked.Contains(room) || dice < 12)
            {
                _blocked.Add(room);
                _untransmitted.Add(outbound);
                _answers[outbound] = dice % 2 == 0 ? new SendResult.Deferred("busy") : null;
            }
            else if (dice < 16)
            {
                _answers[outbound] = new SendResult.Refused("no");
            }
            else
            {
                if (_seen.Add(outbound.Key) || !_keyed)
                {
                    var text = DeliveryRig.TextOf(outbound);
                    Transmitted.Add((room, int.Parse(text[..4]), text[4]));
                }

                _answers[outbound] = dice < 26 ? null : new SendResult.Delivered();
            }
        }

        private class Deciding(ChaoticNetwork network) : FakeEndpoint, IEndpoint
        {
            protected ChaoticNetwork Network { get; } = network;

            ValueTask<SendResult> IEndpoint.SendAsync(Outbound outbound, CancellationToken cancellationToken)
            {
                Network.Decide(outbound);
                return SendAsync(outbound, cancellationToken);
            }
        }

        /// <summary>Knows no keys, and can be asked what it has.</summary>
        private sealed class Findable(ChaoticNetwork network) : Deciding(network), IFindSent
        {
            public ValueTask<EquatableArray<NativeId>?> FindSentAsync(Outbound outbound, CancellationToken cancellationToken) =>
                new(EquatableArray.From(Network._seen.Contains(outbound.Key) ? [new NativeId(outbound.Key.ToString()!)] : Array.Empty<NativeId>()));
        }
    }
}
