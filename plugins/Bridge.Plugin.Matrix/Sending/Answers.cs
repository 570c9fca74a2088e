using Bridge.Abstractions;
using Bridge.Plugin.Matrix.Protocol;

namespace Bridge.Plugin.Matrix.Sending;

/// <summary>What a failed request means for the delivery. Pure.</summary>
internal static class Answers
{
    public static SendResult Of(MatrixException failure) => failure switch
    {
        { IsLimit: true } => new SendResult.Deferred("the homeserver limits the rate", failure.RetryAfter),
        { IsPuppetRefused: true } => new SendResult.Refused(Connecting.PuppetsRefused, Connecting.PuppetsCure),
        { IsBadToken: true } => new SendResult.Deferred("the homeserver refuses the token"),
        { Status: 0, MayHaveArrived: false } => new SendResult.Deferred(failure.Message),
        { IsOutage: true } => new SendResult.Uncertain(failure.Message),
        { IsForbidden: true } => new SendResult.Refused("Bridge may not do that in the room, or is not in it", "invite the bot to the room and let it send there"),
        { Code: MatrixException.InviteBlocked } => new SendResult.Refused("the person cannot be invited to a direct chat", "let the person invite Bridge's account, and send to that room"),
        { Code: MatrixException.TooLarge } or { Status: 413 } => new SendResult.Refused("larger than the homeserver takes"),
        { Code: MatrixException.Exclusive } => new SendResult.Refused(
            "the user's name is not in the application service's namespace", "write the registration again with 'bridge registration' and restart the homeserver"),
        { Status: 404 } => new SendResult.Refused("there is no such room or message", "correct the address"),
        _ => new SendResult.Refused(failure.Message),
    };

    public static OpenResult OfOpening(MatrixException failure) => Of(failure) switch
    {
        SendResult.Refused refused => new OpenResult.Refused(refused.Why, refused.Cure),
        SendResult.Deferred deferred => new OpenResult.Deferred(deferred.Why, deferred.After),
        _ => new OpenResult.Deferred(failure.Message),
    };
}
