using Bridge.Abstractions;
using Bridge.Testing.Endpoints;

namespace Bridge.Plugin.Lines.Conformance;

/// <summary>The kit over a folder of its own. Losing the connection is losing the folder.</summary>
public sealed class LinesConformance : EndpointConformance
{
    protected override Task<EndpointUnderTest> StartAsync(EndpointContext context) => Task.FromResult<EndpointUnderTest>(new OnDisk(context));

    private sealed class OnDisk : EndpointUnderTest
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("lines-").FullName;
        private readonly EndpointContext _context;
        private int _arrived;

        public OnDisk(EndpointContext context)
        {
            _context = context;
            Endpoint = ((IPlugin)new LinesPlugin()).Create(context, new LinesOptions { Folder = Path.Combine(_folder, "lines") });
        }

        public override IEndpoint Endpoint { get; }

        public override Address Destination => new(_context.Id, "alerts-q7x");

        public override IReadOnlyList<string> Transmitted
        {
            get
            {
                var file = Path.Combine(_folder, "lines", Destination.Rest);
                return File.Exists(file) ? File.ReadAllLines(file) : [];
            }
        }

        /// <summary>Moved into place, so that nobody reads half of it.</summary>
        public override Task ArrivesAsync(string text)
        {
            var file = Path.Combine(_folder, "written");
            File.WriteAllText(file, text);
            File.Move(file, Path.Combine(_folder, "lines", "in", $"{++_arrived:d6}"));
            return Task.CompletedTask;
        }

        public override Task DropConnectionAsync()
        {
            Directory.Delete(Path.Combine(_folder, "lines"), recursive: true);
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync()
        {
            Directory.Delete(_folder, recursive: true);
            return base.DisposeAsync();
        }
    }
}
