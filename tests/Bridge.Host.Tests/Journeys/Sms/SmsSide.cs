using System.Globalization;
using System.Text;
using Bridge.Plugin.Sms.Codec;
using Bridge.Testing.Sms;
using Bridge.Testing.Sms.Kannel;
using Bridge.Testing.Sms.Modem;
using Bridge.Testing.Sms.Smpp;

namespace Bridge.Host.Tests.Journeys.Sms;

/// <summary>The double that a driver of the daemon talks to. It outlives the daemon, and brings what it was not told to be stored again.</summary>
internal abstract class SmsSide : IAsyncDisposable
{
    /// <summary>Who talks with alice.</summary>
    public const string Person = "+4915112345678";

    /// <summary>What has come to the network, in order.</summary>
    public abstract IReadOnlyList<SmsPart> Parts { get; }

    public abstract Func<SmsPassage, bool> OnPassage { set; }

    /// <summary>Whether a message that is brought again has a name by which it can be known. In SMPP a deliver_sm has none.</summary>
    public virtual bool NamesWhatItBrings => true;

    public static async Task<SmsSide> StartAsync(string driver) => driver switch
    {
        "smpp" => new Smpp(),
        "kannel" => new Kannel(await KannelDouble.StartAsync()),
        _ => new Modem(),
    };

    /// <summary>The options of the endpoint <c>sms</c>, which the world calls at this URL.</summary>
    public string OptionsAt(Uri endpoint) =>
        $"sms: {{ plugin: sms, country: \"49\", sender: \"+4915100000000\", driver: {{ {DriverAt(endpoint)} }} }}";

    /// <summary>The person sends this.</summary>
    public abstract void Bring(string text);

    public abstract ValueTask DisposeAsync();

    protected abstract string DriverAt(Uri endpoint);

    private sealed class Smpp : SmsSide
    {
        private readonly SmscDouble _centre = SmscDouble.Start();

        public override IReadOnlyList<SmsPart> Parts => _centre.Parts;

        public override Func<SmsPassage, bool> OnPassage
        {
            set => _centre.OnPassage = value;
        }

        public override bool NamesWhatItBrings => false;

        public override void Bring(string text) => _centre.Bring(SmscDouble.From(Person[1..], Gsm7Alphabet.Default.TryEncode(text)!));

        public override ValueTask DisposeAsync() => _centre.DisposeAsync();

        protected override string DriverAt(Uri endpoint) => $"kind: smpp, url: \"{_centre.Url}\", username: bridge, password: {SmscDouble.Password}";
    }

    private sealed class Kannel(KannelDouble kannel) : SmsSide
    {
        private const string Secret = "canary-secret";
        private Uri? _endpoint;
        private int _count;

        public override IReadOnlyList<SmsPart> Parts => kannel.Parts;

        public override Func<SmsPassage, bool> OnPassage
        {
            set => kannel.OnPassage = value;
        }

        public override void Bring(string text)
        {
            var id = Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);
            kannel.Bring($"{_endpoint}/message?secret={Secret}&id={id}&from={Uri.EscapeDataString(Person)}&to=12345", Encoding.UTF8.GetBytes(text));
        }

        public override ValueTask DisposeAsync() => kannel.DisposeAsync();

        protected override string DriverAt(Uri endpoint)
        {
            _endpoint = endpoint;
            return $"kind: kannel, url: \"{kannel.Url}\", username: bridge, password: {KannelDouble.Password}, secret: {Secret}";
        }
    }

    private sealed class Modem : SmsSide
    {
        private readonly ModemNetwork _network = new();
        private readonly ModemDouble _modem;

        public Modem() => _modem = _network.Add("+4915100000000");

        public override IReadOnlyList<SmsPart> Parts => _network.Parts;

        public override Func<SmsPassage, bool> OnPassage
        {
            set => _modem.OnPassage = value;
        }

        public override void Bring(string text) => _network.Bring(_modem, Person, text);

        public override ValueTask DisposeAsync()
        {
            _network.Dispose();
            return ValueTask.CompletedTask;
        }

        protected override string DriverAt(Uri endpoint) => $"kind: at-modem, port: {_modem.Device.FullName}";
    }
}
