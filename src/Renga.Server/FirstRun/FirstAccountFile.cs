using Renga.Model.Access;
using Renga.Server.Configuration;
using Renga.Storage.Accounts;

namespace Renga.Server.FirstRun;

/// <summary>Makes the first account and keeps <c>env.sh</c> true: the token in it works, the ports are today's.</summary>
internal static class FirstAccountFile
{
    public static async Task EnsureAsync(IServiceProvider services, ServerOptions options, PlatformFolder folder, string caBundle, CancellationToken ct)
    {
        var accounts = services.GetRequiredService<AccountStore>();
        var known = EnvironmentFile.Read(folder.EnvironmentFile);
        var first = await accounts.EnsureFirstAccountAsync(options.Email, ct);

        // 1. First run: the account, its password and its token exist nowhere else.
        if (first is not null)
            known = new KnownAccount(first.Account.Email, first.Password, first.Token);

        // 2. The file was lost, or a crash came between the account and the file: a new token takes the old one's place.
        else if (known is null || (await services.GetRequiredService<IGatekeeper>().AuthenticateAsync(known.Token, ct)).Refusal is not null)
            known = await NewTokenAsync(accounts, options.Email, known, ct);

        if (known is not null)
            EnvironmentFile.Write(folder.EnvironmentFile, options, known, caBundle);
    }

    private static async Task<KnownAccount?> NewTokenAsync(AccountStore accounts, string email, KnownAccount? known, CancellationToken ct)
    {
        if (await accounts.FindAsync(known?.Email ?? email, ct) is not { } account)
            return null;
        var issued = await accounts.IssueTokenAsync(account.Id, "env.sh", lifetime: null, ct);
        return new KnownAccount(account.Email, known?.Password, issued.Token);
    }
}

/// <summary>What <c>env.sh</c> holds of an account.</summary>
/// <param name="Password">Null when it is not known any more.</param>
internal sealed record KnownAccount(string Email, string? Password, string Token);
