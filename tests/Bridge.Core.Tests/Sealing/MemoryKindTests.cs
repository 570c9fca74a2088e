using System.Text;
using Bridge.Core.Routing;
using Bridge.Core.Sealing;
using Xunit;

namespace Bridge.Core.Tests.Sealing;

public sealed class MemoryKindTests
{
    public static TheoryData<Type> Kinds =>
        [.. typeof(Remembered).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(Remembered)))];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_memory_has_a_stored_name_by_which_it_is_read(Type kind)
    {
        var name = SealedKinds.Memories.NameOf(kind);
        Assert.NotNull(name);
        var entry = SealedJson.ReadMemory(Encoding.UTF8.GetBytes($$$"""{"key":{"route":"r","kind":"k","key":"k"},"value":{"kind":"{{{name}}}"}}"""));
        Assert.IsType(kind, entry.Value);
    }
}
