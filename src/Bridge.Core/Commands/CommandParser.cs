using System.Globalization;
using System.Text;
using Bridge.Abstractions;
using Bridge.Core.Configuration;
using Bridge.Core.Expressions;

namespace Bridge.Core.Commands;

/// <summary>Reads a typed line: words, with quotes around those that contain spaces. Takes whatever a network brings; never throws.</summary>
public static class CommandParser
{
    private const int Longest = 2_000;
    private const int MostWords = 20;

    private static readonly Dictionary<string, Listed> s_listed =
        Enum.GetValues<Listed>().ToDictionary(listed => listed.ToString(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The command, or what is wrong with it.</summary>
    public static (ChatCommand? Command, CommandProblem? Problem) Parse(string text)
    {
        if (text.Length > Longest)
        {
            return Wrong("that is too long for a command", "help");
        }

        if (Words(text) is not { } words)
        {
            return Wrong("a quote is not closed, or there are too many words", "help");
        }

        // Some people call what they talk to by its name.
        words = words is [var first, ..] && first.ToLowerInvariant() is "!bridge" or "bridge" ? words[1..] : words;
        return words is [var name, .. var rest] ? Named(name.ToLowerInvariant(), rest) : (new ChatCommand.Help(null), null);
    }

    private static (ChatCommand? Command, CommandProblem? Problem) Named(string name, List<string> words)
    {
        if (CommandForm.Find(name) is not { } form)
        {
            var near = Suggestion.For(name, CommandForm.All.Select(known => known.Name));
            return (null, new CommandProblem("there is no such command", near ?? "type: help"));
        }

        ChatCommand? command = (name, words) switch
        {
            ("help", []) => new ChatCommand.Help(null),
            ("help", [var about]) when CommandForm.Find(about.ToLowerInvariant()) is { } known => new ChatCommand.Help(known.Name),
            ("status", []) => new ChatCommand.Status(),
            ("list", []) => new ChatCommand.List(Listed.Links),
            ("list", [var what]) when s_listed.TryGetValue(what, out var listed) => new ChatCommand.List(listed),
            ("link", [_, _, ..]) when Addresses(words) is { } between => new ChatCommand.Link(EquatableArray.From(between)),
            ("unlink", [var id]) => new ChatCommand.Unlink(id),
            ("start-chat", [var with, .. { Count: < 2 } through]) when Address.TryParse(with, out var address) => new ChatCommand.StartChat(address, through.FirstOrDefault()),
            ("set-relay", [var link, var label]) => new ChatCommand.SetRelay(link, new MessageText(label)),
            ("retry", [var number]) when long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var delivery) =>
                new ChatCommand.Retry(delivery),
            ("silence", [var rule, "off"]) => new ChatCommand.Silence(rule, null),
            ("silence", [var rule, var time]) when DurationText.TryParse(time, out var duration) && duration > TimeSpan.Zero =>
                new ChatCommand.Silence(rule, duration),
            _ => null,
        };
        return command is null ? Wrong($"{form.Name} is typed otherwise", form.Shown) : (command, null);
    }

    private static (ChatCommand? Command, CommandProblem? Problem) Wrong(string message, string type) =>
        (null, new CommandProblem(message, $"type: {type}"));

    /// <summary>Two or more, each once; null when one of them is none.</summary>
    private static List<Address>? Addresses(List<string> words)
    {
        var addresses = new List<Address>();
        foreach (var word in words)
        {
            if (!Address.TryParse(word, out var address) || addresses.Contains(address))
            {
                return null;
            }

            addresses.Add(address);
        }

        return addresses;
    }

    /// <summary>Null when a quote stays open, or there are more words than any command has.</summary>
    private static List<string>? Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quoted, begun) = (false, false);
        foreach (var mark in text)
        {
            if (mark is '"' or '“' or '”')
            {
                (quoted, begun) = (!quoted, true);
            }
            else if (!quoted && char.IsWhiteSpace(mark))
            {
                End();
            }
            else
            {
                word.Append(mark);
                begun = true;
            }
        }

        End();
        return quoted || words.Count > MostWords ? null : words;

        void End()
        {
            if (begun)
            {
                words.Add(word.ToString());
                word.Clear();
                begun = false;
            }
        }
    }
}
