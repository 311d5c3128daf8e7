using Microsoft.AspNetCore.Identity;
using Renga.Model.Accounts;

namespace Renga.Storage.Secrets;

/// <summary>Password hashes: PBKDF2 as ASP.NET Identity makes them.</summary>
public sealed class Passwords
{
    private static readonly PasswordHasher<Account> Hasher = new();
    private readonly string _nobody = Hasher.HashPassword(null!, Tokens.NewPassword());

    public static string Hash(string password) => Hasher.HashPassword(null!, password);

    /// <summary>Takes equally long when there is no account.</summary>
    public bool Verify(Account? account, string password) =>
        Hasher.VerifyHashedPassword(null!, account?.PasswordHash ?? _nobody, password) != PasswordVerificationResult.Failed && account is not null;
}
