using System.Text.Json.Serialization;

namespace Renga.Engines.State;

[JsonSourceGenerationOptions(WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DynoSpec))]
[JsonSerializable(typeof(DynoState))]
internal sealed partial class EngineJson : JsonSerializerContext;
