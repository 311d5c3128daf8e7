using Microsoft.AspNetCore.Http;
using Renga.Api.Conventions;
using Renga.Api.Platform;
using Renga.Model;
using Renga.Model.Formation;
using Renga.Model.Slugs;
using Renga.Model.Stacks;
using Renga.Protocol.Api;
using Renga.Storage.Slugs;

namespace Renga.Api.Slugs;

/// <summary>Promises a slug: what it runs is known now, its code is put to the address in the answer.</summary>
internal static class CreateSlug
{
    private const int MaxTypes = 100;
    private const int MaxCommand = 16 * 1024;
    private const int MaxText = 2000;

    public static async Task<ApiAnswer> HandleAsync(
        Body<CreateSlugRequest> body, HttpRequest request, AppScope scope, SlugRecords slugs, SignedAddresses addresses, IStacks stacks, Ids ids, TimeProvider time, CancellationToken ct)
    {
        var given = body.Value;
        if (!Types(given.ProcessTypes).TryGet(out var types, out var refusal))
            return refusal;
        if (!StacksApi.Find(stacks, given.Stack ?? scope.App.Stack).TryGet(out var stack, out refusal))
            return refusal;
        if (!Checksum.Parse(given.Checksum).TryGet(out var digest, out refusal))
            return refusal;
        foreach (var text in (string?[])[given.Commit, given.CommitDescription, given.BuildpackProvidedDescription])
        {
            if (text is { Length: > MaxText })
                return Refusal.Invalid($"Commit and descriptions can have {MaxText} characters at most.");
        }

        var now = time.GetUtcNow();
        var slug = new Slug
        {
            Id = ids.New(),
            AppId = scope.App.Id,
            Checksum = digest is null ? null : Checksum.Format(digest),
            Commit = given.Commit,
            CommitDescription = given.CommitDescription,
            BuildpackProvidedDescription = given.BuildpackProvidedDescription,
            Stack = stack.Name,
            ProcessTypes = types,
            CreatedAt = now,
            UpdatedAt = now,
        };
        return (await slugs.CreateAsync(slug, ct)).TryGet(out _, out refusal) ? ApiAnswer.Created(SlugsApi.Shape(slug, HttpMethods.Put, request, addresses)) : refusal;
    }

    /// <summary>Every problem in one message.</summary>
    private static Result<Dictionary<string, string>> Types(IReadOnlyDictionary<string, string?>? given)
    {
        if (given is not { Count: > 0 and <= MaxTypes })
            return Refusal.Invalid($"Send \"process_types\", from 1 to {MaxTypes} of them: {{\"web\": \"./server\"}}.");
        var problems = new List<string>();
        foreach (var (type, command) in given)
        {
            if (!ProcessType.IsValid(type))
                problems.Add("A process type's name can have letters, digits, - and _, and up to 128 of them.");
            else if (string.IsNullOrWhiteSpace(command) || command.Length > MaxCommand || command.Any(static c => c is '\0' or '\n' or '\r'))
                problems.Add($"The command of {type} must be one line of text.");
        }

        return problems.Count > 0 ? Refusal.Invalid(string.Join(' ', problems.Distinct())) : given.ToDictionary(static t => t.Key, static t => t.Value!.Trim(), StringComparer.Ordinal);
    }
}
