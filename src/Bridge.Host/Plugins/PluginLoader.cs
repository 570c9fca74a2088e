using System.Reflection;
using Bridge.Abstractions;

namespace Bridge.Host.Plugins;

/// <summary>
/// Loads one plugin folder into a load context of its own. Checks before any code of the plugin runs: who may write there, and which contract
/// it was compiled against. What fails is refused with a reason; nothing is thrown.
/// </summary>
internal static class PluginLoader
{
    public static FoundPlugin Load(string folder) => Load(folder, PluginWriters.Own);

    public static FoundPlugin Load(string folder, PluginWriters writers)
    {
        var name = Path.GetFileName(folder);
        try
        {
            return new FoundPlugin(name, folder, LoadChecked(name, folder, writers), null);
        }
        catch (PluginRefusedException refusal)
        {
            return new FoundPlugin(name, folder, null, refusal.Message);
        }
        catch (Exception failure)
        {
            // Whatever a plugin's code throws here is its own failure; the daemon lives.
            var cause = failure is TargetInvocationException { InnerException: { } inner } ? inner : failure;
            return new FoundPlugin(name, folder, null, $"it failed to load: {cause.GetType().Name}: {cause.Message} (reinstall the plugin, or tell its author)");
        }
    }

    private static IPlugin LoadChecked(string name, string folder, PluginWriters writers)
    {
        writers.Check(folder);
        var (assembly, declaration) = FindDeclaration(folder);
        if (declaration.ContractVersion != Contract.Version)
        {
            var cure = declaration.ContractVersion < Contract.Version ? "install a newer version of the plugin" : "install a newer version of Bridge";
            throw new PluginRefusedException(
                $"it was built for contract version {declaration.ContractVersion}, this Bridge speaks version {Contract.Version} ({cure})");
        }

        var loaded = new PluginLoadContext(assembly).LoadFromAssemblyPath(assembly);
        var type = loaded.GetCustomAttribute<BridgePluginAttribute>()?.Plugin;
        if (type is null || !typeof(IPlugin).IsAssignableFrom(type))
        {
            throw new PluginRefusedException(
                $"the class named by [assembly: BridgePlugin] in {Path.GetFileName(assembly)} is no IPlugin (is a private copy of Bridge.Abstractions in its folder?)");
        }

        var plugin = (IPlugin)Activator.CreateInstance(type)!;
        if (plugin.Description.Name != name)
        {
            throw new PluginRefusedException($"it calls itself '{plugin.Description.Name}' (rename its folder to that)");
        }

        return plugin;
    }

    private static (string Path, PluginDeclaration Declaration) FindDeclaration(string folder)
    {
        var declared = Directory.GetFiles(folder, "*.dll").Order(StringComparer.Ordinal)
            .Select(path => (Path: path, Declaration: PluginDeclaration.Read(path)))
            .Where(candidate => candidate.Declaration is not null)
            .ToList();
        return declared switch
        {
            [var only] => (only.Path, only.Declaration!),
            [] => throw new PluginRefusedException("no assembly in its folder carries [assembly: BridgePlugin] (copy the plugin's whole build output here)"),
            _ => throw new PluginRefusedException($"{declared.Count} assemblies in its folder carry [assembly: BridgePlugin] (give each plugin a folder of its own)"),
        };
    }
}

/// <summary>A plugin is not run; the message says why and what helps.</summary>
internal sealed class PluginRefusedException(string message) : Exception(message);
