namespace Bridge.Host.Cli.Completion;

/// <summary>What a shell reads to complete <c>bridge</c>: each hands the line up to the cursor to <c>bridge complete</c> and shows what comes back.</summary>
internal static class CompletionScripts
{
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["bash"] = Bash,
        ["zsh"] = Zsh,
        ["fish"] = Fish,
    };

    // bash takes the colon of an address for the end of a word: what stands before it must not come back.
    private const string Bash = """
        # bash completion of bridge. Once: source <(bridge completion bash)
        # For good: bridge completion bash >~/.local/share/bash-completion/completions/bridge
        _bridge() {
          local line=${COMP_LINE:0:COMP_POINT} word candidate
          word=${line##*[[:space:]]}
          COMPREPLY=()
          while IFS=$'\t' read -r candidate _; do
            if [[ $COMP_WORDBREAKS == *:* && $word == *:* ]]; then
              candidate=${candidate#"${word%"${word##*:}"}"}
            fi
            COMPREPLY+=("$candidate")
          done < <("${COMP_WORDS[0]}" complete --line "$line" 2>/dev/null)
          if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[:/=] ]]; then
            compopt -o nospace
          fi
        }
        complete -F _bridge bridge ./bridge

        """;

    private const string Zsh = """
        #compdef bridge
        # zsh completion of bridge. Once: source <(bridge completion zsh)
        # For good: bridge completion zsh >"${fpath[1]}/_bridge"
        _bridge() {
          local candidate meaning
          local -a candidates meanings unfinished
          while IFS=$'\t' read -r candidate meaning; do
            if [[ $candidate == *[:/=] ]]; then
              unfinished+=("$candidate")
            else
              candidates+=("$candidate")
              meanings+=("$candidate${meaning:+  $meaning}")
            fi
          done < <("${words[1]}" complete --line "${(j: :)words[1,CURRENT]}" 2>/dev/null)
          compadd -S '' -- "${unfinished[@]}"
          compadd -l -d meanings -- "${candidates[@]}"
        }
        if [[ $funcstack[1] == _bridge ]]; then
          _bridge "$@"
        else
          compdef _bridge bridge
        fi

        """;

    private const string Fish = """
        # fish completion of bridge. Once: bridge completion fish | source
        # For good: bridge completion fish >~/.config/fish/completions/bridge.fish
        function __bridge_complete
            set -l words (commandline -opc)
            $words[1] complete --line (commandline -cp) 2>/dev/null
        end
        complete -c bridge -f -a '(__bridge_complete)'

        """;
}
