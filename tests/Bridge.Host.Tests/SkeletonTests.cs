using Xunit;

namespace Bridge.Host.Tests;

public sealed class SkeletonTests
{
    [Fact]
    public void The_contract_has_a_version() => Assert.Equal(1, Bridge.Abstractions.Contract.Version);
}
