namespace Renga.Dynos.Formation;

/// <summary>Orders dynos from the oldest to the newest.</summary>
internal static class Age
{
    public static int Compare(DynoRecord a, DynoRecord b)
    {
        var byTime = a.CreatedAt.CompareTo(b.CreatedAt);
        return byTime != 0 ? byTime : a.Id.CompareTo(b.Id);
    }
}
