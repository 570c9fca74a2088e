using System.Globalization;

namespace Bridge.Bench.Peers;

/// <summary>Node-RED 4 with the flow that its users would draw: mqtt in, switch on a property, function that renames the topic, mqtt out.</summary>
internal static class NodeRed
{
    /// <param name="modules">A folder whose node_modules holds node-red.</param>
    public static async Task<Child> StartAsync(string modules, string folder, int sourcePort, int sinkPort)
    {
        var user = Directory.CreateDirectory(Path.Combine(folder, "node-red")).FullName;
        await File.WriteAllTextAsync(Path.Combine(user, "settings.js"), "module.exports = { httpAdminRoot: false, httpNodeRoot: false, uiPort: 0, logging: { console: { level: 'info' } } };");
        await File.WriteAllTextAsync(Path.Combine(user, "flows.json"), Flow
            .Replace("%A%", sourcePort.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("%B%", sinkPort.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        var child = new Child(
            "node", [Path.Combine(modules, "node_modules/node-red/red.js"), "--userDir", user, "--port", Child.FreePort().ToString(CultureInfo.InvariantCulture), "flows.json"],
            until: "Connected to broker: node-red-out");
        await child.ReadyAsync(TimeSpan.FromSeconds(60));
        return child;
    }

    private const string Flow = """
        [{"id":"t","type":"tab","label":"t"},
         {"id":"in","type":"mqtt in","z":"t","topic":"src/#","qos":"1","datatype":"json","broker":"a","nl":false,"rap":false,"inputs":0,"wires":[["sw"]]},
         {"id":"sw","type":"switch","z":"t","property":"payload.on","propertyType":"msg","rules":[{"t":"true"}],"checkall":"false","outputs":1,"wires":[["fn"]]},
         {"id":"fn","type":"function","z":"t","func":"msg.topic = 'dst/' + msg.topic.slice(4); return msg;","outputs":1,"wires":[["out"]]},
         {"id":"out","type":"mqtt out","z":"t","topic":"","qos":"1","retain":"false","broker":"b","wires":[]},
         {"id":"a","type":"mqtt-broker","broker":"127.0.0.1","port":"%A%","clientid":"node-red-in","autoConnect":true,"usetls":false,"protocolVersion":"5","keepalive":"60","cleansession":false,"sessionExpiry":"3600"},
         {"id":"b","type":"mqtt-broker","broker":"127.0.0.1","port":"%B%","clientid":"node-red-out","autoConnect":true,"usetls":false,"protocolVersion":"5","keepalive":"60","cleansession":true}]
        """;
}
