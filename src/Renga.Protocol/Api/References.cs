namespace Renga.Protocol.Api;

/// <summary>A mention of something by id and name: <c>"app": {"id", "name"}</c>.</summary>
public sealed record NamedReference(Guid Id, string Name);

/// <summary>A mention of an account: <c>"user": {"id", "email"}</c>.</summary>
public sealed record AccountReference(Guid Id, string Email);

/// <summary>A mention by id alone: <c>"slug": {"id"}</c>.</summary>
public sealed record IdReference(Guid Id);

/// <summary><c>{}</c>: accepted, nothing to tell.</summary>
public sealed record EmptyResponse;
