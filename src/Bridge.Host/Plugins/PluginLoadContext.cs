using System.Reflection;
using System.Runtime.Loader;

namespace Bridge.Host.Plugins;

/// <summary>
/// A plugin's own world of assemblies, resolved by its deps.json: its packages may have other versions than the host's. Only the contract and the
/// logging abstractions are shared, so that their types are the same on both sides. It separates versions; it is no security boundary.
/// </summary>
internal sealed class PluginLoadContext(string assembly) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(assembly))
{
    private static readonly string[] s_shared = ["Bridge.Abstractions", "Microsoft.Extensions.Logging.Abstractions"];
    private readonly AssemblyDependencyResolver _resolver = new(assembly);

    protected override Assembly? Load(AssemblyName assemblyName) =>
        !s_shared.Contains(assemblyName.Name, StringComparer.Ordinal) && _resolver.ResolveAssemblyToPath(assemblyName) is { } path
            ? LoadFromAssemblyPath(path)
            : null;

    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : IntPtr.Zero;
}
