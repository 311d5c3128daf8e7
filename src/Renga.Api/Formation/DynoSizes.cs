using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;
using Renga.Api.Conventions;
using Renga.Api.Ranges;
using Renga.Model;
using Renga.Model.Formation;
using Renga.Protocol.Api;

namespace Renga.Api.Formation;

internal static class DynoSizes
{
    private const string Kind = "dyno-size";
    private const double Gibi = 1024 * 1024 * 1024;

    private static readonly RangedList<DynoSize> Ranges = new(
        RangeKey<DynoSize>.Id(static size => Id(size.Name)),
        RangeKey<DynoSize>.Text("name", static size => size.Name));

    public static Task<ApiAnswer> ListAsync(HttpRequest request, CancellationToken ct) => Ranges.AnswerAsync(request, DynoSize.All, Shape, ct);

    public static ApiAnswer Get(string size) => Find(size).TryGet(out var found, out _) ? ApiAnswer.Ok(Shape(found)) : Refusal.NotFound("dyno size");

    public static Guid Id(string name) => NameIds.Of(Kind, name);

    /// <summary>By name or id.</summary>
    public static Result<DynoSize> Find(string idOrName) =>
        DynoSize.All.FirstOrDefault(size => NameIds.Matches(Kind, size.Name, idOrName)) ?? DynoSize.Parse(idOrName);

    private static DynoSizeResponse Shape(DynoSize size) => new()
    {
        Id = Id(size.Name),
        Name = size.Name,
        Architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64",
        Compute = size.Compute,
        Dedicated = size.Dedicated,
        Memory = size.MemoryBytes / Gibi,
        Generation = new NamedReference(NameIds.Of("generation", "cedar"), "cedar"),
        PreciseDynoUnits = 0,
    };
}
