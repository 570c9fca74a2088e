using System.Reflection;
using System.Reflection.Emit;
using Bridge.Abstractions;

namespace Bridge.Host.Tests.Plugins;

/// <summary>An assembly that claims to be a plugin, as another compiler would write it.</summary>
internal static class ProbePlugin
{
    /// <summary>Writes <c>root/name/Bridge.Plugin.Probe.dll</c>; gives its folder.</summary>
    public static string Write(string root, string name, int contractVersion)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        var assembly = new PersistedAssemblyBuilder(new AssemblyName($"Bridge.Plugin.Probe.{name}"), typeof(object).Assembly);
        var type = assembly.DefineDynamicModule("main").DefineType("Probe", TypeAttributes.Public).CreateType();
        var constructor = typeof(BridgePluginAttribute).GetConstructor([typeof(Type), typeof(int)])!;
        assembly.SetCustomAttribute(new CustomAttributeBuilder(constructor, [type, contractVersion]));
        assembly.Save(Path.Combine(folder, "Bridge.Plugin.Probe.dll"));
        return folder;
    }
}
