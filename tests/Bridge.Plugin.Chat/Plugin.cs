using Bridge.Abstractions;

[assembly: BridgePlugin(typeof(Bridge.Testing.Chat.ChatPlugin))]
