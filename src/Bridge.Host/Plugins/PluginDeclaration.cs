using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Bridge.Abstractions;

namespace Bridge.Host.Plugins;

/// <summary>What <c>[assembly: BridgePlugin]</c> says, read from the file's metadata: no code of the assembly runs.</summary>
internal sealed record PluginDeclaration(int ContractVersion)
{
    /// <summary>Null when the file is no assembly or declares no plugin.</summary>
    public static PluginDeclaration? Read(string path)
    {
        using var file = File.OpenRead(path);
        using var image = new PEReader(file);
        try
        {
            if (!image.HasMetadata)
            {
                return null;
            }

            var metadata = image.GetMetadataReader();
            foreach (var handle in metadata.IsAssembly ? metadata.GetAssemblyDefinition().GetCustomAttributes() : default)
            {
                var attribute = metadata.GetCustomAttribute(handle);
                if (NameOf(metadata, attribute) == (nameof(BridgePluginAttribute), typeof(BridgePluginAttribute).Namespace))
                {
                    return new PluginDeclaration(VersionIn(metadata.GetBlobReader(attribute.Value)));
                }
            }
        }
        catch (BadImageFormatException)
        {
            // Not an assembly, or a broken one: it declares nothing.
        }

        return null;
    }

    private static (string Name, string? Namespace) NameOf(MetadataReader metadata, CustomAttribute attribute)
    {
        if (attribute.Constructor.Kind != HandleKind.MemberReference)
        {
            return default;
        }

        var parent = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
        if (parent.Kind != HandleKind.TypeReference)
        {
            return default;
        }

        var type = metadata.GetTypeReference((TypeReferenceHandle)parent);
        return (metadata.GetString(type.Name), metadata.GetString(type.Namespace));
    }

    /// <summary>The value blob (ECMA-335 II.23.3): a prolog of two bytes, the type's name, then the version as a 32-bit number.</summary>
    private static int VersionIn(BlobReader value)
    {
        value.ReadUInt16();
        value.ReadSerializedString();
        return value.ReadInt32();
    }
}
