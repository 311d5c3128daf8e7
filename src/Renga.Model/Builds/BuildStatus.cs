namespace Renga.Model.Builds;

/// <summary>The API's three words for a build.</summary>
public enum BuildStatus
{
    Pending,
    Succeeded,
    Failed,
}
