using System.Collections.Immutable;
using System.Text.Json;
using Renga.Model.Config;
using Renga.Storage.Secrets;

namespace Renga.Storage.Releases;

/// <summary>Config vars to sealed bytes and back.</summary>
internal static class SealedConfig
{
    public static byte[] Seal(this SecretBox box, Guid appId, ImmutableSortedDictionary<string, string> vars) =>
        box.Seal(JsonSerializer.SerializeToUtf8Bytes(vars, JsonSerializerOptions.Default), appId);

    public static ImmutableSortedDictionary<string, string> Open(this SecretBox box, Guid appId, byte[] sealedConfig)
    {
        var vars = JsonSerializer.Deserialize<Dictionary<string, string>>(box.Unseal(sealedConfig, appId), JsonSerializerOptions.Default)!;
        return ConfigVars.Empty.AddRange(vars);
    }
}
