namespace Renga.Engines;

/// <summary>
/// Who owns files in slug images and disk images, whichever dyno will see them. When an image is mounted for a dyno, this range is mapped to the dyno's own.
/// Range number 0 of the dynos' ranges, so that no dyno ever runs with it unless the kernel cannot map.
/// </summary>
public static class CanonicalOwner
{
    /// <summary>First user id of the range; an image may hold ids from here up to <see cref="RangeSize"/> more.</summary>
    public const int RangeStart = 0x10000000;

    public const int RangeSize = 65536;

    /// <summary>The dyno's user inside.</summary>
    public const int UserInside = 1000;

    /// <summary>User and group id of files in images: for <c>mksquashfs -force-uid N -force-gid N</c>.</summary>
    public const int Id = RangeStart + UserInside;
}
