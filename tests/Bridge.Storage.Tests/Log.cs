using Bridge.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bridge.Storage.Tests;

internal static class Log
{
    public static Telemetry Silent() => new(NullLogger<Telemetry>.Instance);
}
