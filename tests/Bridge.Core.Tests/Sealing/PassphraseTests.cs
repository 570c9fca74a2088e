using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Bridge.Core.Sealing;
using Bridge.Core.Storage;
using Bridge.Testing.Storage;
using Xunit;

namespace Bridge.Core.Tests.Sealing;

/// <summary>How short a passphrase may be: for what is new, and for what an earlier version took.</summary>
public sealed class PassphraseTests : IDisposable
{
    private static readonly KeySource s_key = KeySource.FromKey("key-file", "here", new byte[32]);
    private readonly string _folder = Directory.CreateTempSubdirectory("bridge-credentials-").FullName;

    public static TheoryData<string> Short => ["", " ", "three words", "äöüäöüäöüäö"];

    [Theory]
    [MemberData(nameof(Short))]
    public void No_new_slot_is_made_for_a_short_one_wherever_it_comes_from(string passphrase)
    {
        File.WriteAllText(Path.Combine(_folder, KeySources.PassphraseCredential), passphrase + "\n");
        foreach (var source in (KeySource[])[
            KeySource.FromPassphrase("storage.encryption.passphrase", passphrase),
            KeySources.Find(_folder, null, name => name == "CREDENTIALS_DIRECTORY" ? _folder : null)!])
        {
            var store = new MemoryKeyStore();
            var refused = Assert.Throws<KeyException>(() => KeyRing.Open(store, source));
            Assert.Contains("is too short: it needs 12 characters", refused.Message, StringComparison.Ordinal);
            var ring = KeyRing.Open(store, s_key);
            Assert.Contains("is too short", Assert.Throws<KeyException>(() => ring.AddSlot(source)).Message, StringComparison.Ordinal);
            Assert.Single(ring.Inventory().Slots);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("three words")]
    public void What_an_earlier_version_sealed_under_a_short_one_still_opens_and_says_so(string passphrase)
    {
        var source = KeySource.FromPassphrase("typed", passphrase);
        var ofToday = KeySlots.Renew(new KeySlot(1, source.Kind, "", []), source, RandomNumberGenerator.GetBytes(32), default);
        foreach (var slot in (KeySlot[])[ofToday, OfFirstVersion(source)])
        {
            var store = new MemoryKeyStore();
            store.AddSlot(slot);
            var ring = KeyRing.Open(store, source);
            ring.AddSlot(s_key);
            Assert.Equal(2, KeyRing.Open(store, source).Inventory().Slots.Count);
        }

        Assert.Contains("has fewer than 12 characters", source.Notice, StringComparison.Ordinal);
        Assert.Null(KeySource.FromPassphrase("typed", "four words of mine").Notice);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static KeySlot OfFirstVersion(KeySource source)
    {
        var bare = source.NewParameters();
        var slot = new KeySlot(1, source.Kind, JsonSerializer.Serialize(bare, SlotJson.Default.SlotParameters), []);
        var purpose = Encoding.UTF8.GetBytes($"bridge slot {slot.Kind} {slot.Parameters}");
        return slot with { Wrapped = KeyWrap.Wrap(source.SlotKey(bare), RandomNumberGenerator.GetBytes(32), purpose) };
    }
}
