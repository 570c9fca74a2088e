using System.Text.Json;
using System.Text.Json.Nodes;
using Bridge.Core;
using Bridge.Core.Configuration;
using Bridge.Host.Admin;
using Bridge.Host.Http;
using Microsoft.AspNetCore.Http;

namespace Bridge.Host.Api;

/// <summary>The management API below <c>/api/v1</c>: for who shows one of <c>access.tokens</c>; the commands are the command line's.</summary>
internal sealed class ApiCalls(Telemetry telemetry, TimeProvider clock)
{
    public const string Root = "/api";
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(40);
    private volatile Served? _served;
    private volatile ApiTokens _tokens = new(AccessConfig.Nobody);

    /// <summary>From now on commands are answered.</summary>
    /// <param name="commands">Those of the admin socket.</param>
    /// <param name="access">Of the configuration in force.</param>
    public void Serve(CommandRunner commands, Func<AccessConfig> access) => _served = new Served(commands, access);

    public async Task<Answer> AnswerAsync(HttpContext context, string rest)
    {
        if (_served is not { } served)
        {
            var starting = Refuse(
                StatusCodes.Status503ServiceUnavailable, AdminErrorCode.Failed, "the daemon is starting", "ask again in a few seconds");
            return starting with { RetryAfter = TimeSpan.FromSeconds(5) };
        }

        if (TokensOf(served).Who(context.Request.Headers.Authorization.ToString()) is not { } caller)
        {
            telemetry.HttpRefused("no token of access.tokens");
            return Refuse(
                StatusCodes.Status401Unauthorized, "unauthorized", "this needs a token", "show one of access.tokens: Authorization: Bearer ...");
        }

        var answer = await AnswerAsync(context, rest, served, caller);
        telemetry.ApiAnswered(caller.Name, answer.Status);
        return answer;
    }

    /// <summary>True when whoever asks shows a token: each may read.</summary>
    public bool MayRead(HttpRequest request) =>
        _served is { } served && TokensOf(served).Who(request.Headers.Authorization.ToString()) is not null;

    private static async Task<Answer> RunAsync(HttpContext context, ApiRoute route, Dictionary<string, string> path, Served served, AccessToken caller)
    {
        try
        {
            var query = context.Request.Query.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToString()));
            var body = route.TakesBody ? await ApiBody.ReadAsync(context) : null;
            var arguments = ApiArguments.Of(route, path, query, body);
            if (route.IsSigned)
            {
                arguments[ApiRoute.Signature] = caller.Name;
            }

            return Of(await served.Commands.RunAsync(route.Command, arguments, context.RequestAborted));
        }
        catch (AdminException refusal)
        {
            return Of(CommandRunner.Error(refusal.Code, refusal.Message, refusal.Cure));
        }
    }

    private static Answer Of(AdminResponse response) => response.Error is not { } error
        ? Answer.Json(StatusCodes.Status200OK, response.Result?.ToJsonString(AdminProtocol.Json) ?? "null")
        : Refuse(
            error.Code switch
            {
                AdminErrorCode.Usage => StatusCodes.Status400BadRequest,
                AdminErrorCode.NotFound => StatusCodes.Status404NotFound,
                _ => StatusCodes.Status409Conflict,
            },
            error.Code,
            error.Message,
            error.Cure);

    private static Answer Refuse(int status, string code, string message, string? cure)
    {
        var error = JsonSerializer.SerializeToNode(new AdminError(code, message, cure), AdminProtocol.Json);
        return Answer.Json(status, new JsonObject { ["error"] = error }.ToJsonString(AdminProtocol.Json));
    }

    private ApiTokens TokensOf(Served served)
    {
        var access = served.Access();
        return _tokens.Access == access ? _tokens : _tokens = new ApiTokens(access);
    }

    private async Task<Answer> AnswerAsync(HttpContext context, string rest, Served served, AccessToken caller)
    {
        var method = HttpMethods.IsHead(context.Request.Method) ? HttpMethods.Get : context.Request.Method;
        if (rest == ApiRoutes.Version + ApiRoutes.Document && method == HttpMethods.Get)
        {
            return Answer.Json(StatusCodes.Status200OK, OpenApiDocument.Text);
        }

        var found = Find(rest);
        if (found.Count == 0)
        {
            var document = Root + ApiRoutes.Version + ApiRoutes.Document;
            return Refuse(StatusCodes.Status404NotFound, AdminErrorCode.NotFound, "nothing is at this path", $"see {document} for what there is");
        }

        if (found.FirstOrDefault(one => one.Route.Method == method) is not { Route: { } route } match)
        {
            var allowed = string.Join(", ", found.Select(one => one.Route.Method));
            var refused = Refuse(StatusCodes.Status405MethodNotAllowed, AdminErrorCode.Usage, "this path takes another method", $"one of: {allowed}");
            return refused with { Allow = allowed };
        }

        return caller.May < route.Needs
            ? Refuse(
                StatusCodes.Status403Forbidden,
                "forbidden",
                $"the token '{caller.Name}' may not do this",
                $"give it 'may: [{route.Needs.ToString().ToLowerInvariant()}]' under access.tokens")
            : await InTimeAsync(context, route, match.Path, served, caller);
    }

    private async Task<Answer> InTimeAsync(HttpContext context, ApiRoute route, Dictionary<string, string> path, Served served, AccessToken caller)
    {
        try
        {
            return await RunAsync(context, route, path, served, caller).WaitAsync(s_longest, clock, context.RequestAborted);
        }
        catch (TimeoutException)
        {
            return Refuse(
                StatusCodes.Status503ServiceUnavailable,
                AdminErrorCode.Failed,
                $"no answer within {s_longest.TotalSeconds:0} s; it may yet be done",
                "see the daemon's log");
        }
    }

    private static List<(ApiRoute Route, Dictionary<string, string> Path)> Find(string rest)
    {
        if (!rest.StartsWith(ApiRoutes.Version + "/", StringComparison.Ordinal))
        {
            return [];
        }

        var segments = rest[(ApiRoutes.Version.Length + 1)..].Split('/').Select(Uri.UnescapeDataString).ToList();
        return
        [
            .. from route in ApiRoutes.All
               let path = route.Match(segments)
               where path is not null
               select (route, path),
        ];
    }

    private sealed record Served(CommandRunner Commands, Func<AccessConfig> Access);
}
