namespace Renga.Model.Tests;

public sealed class ResultTests
{
    [Fact]
    public void Ok_HasAValueAndNoRefusal()
    {
        Result<int> result = 7;

        result.TryGet(out var value, out var refusal).ShouldBeTrue();
        value.ShouldBe(7);
        refusal.ShouldBeNull();
        result.Value.ShouldBe(7);
        result.Refusal.ShouldBeNull();
    }

    [Fact]
    public void Refused_HasARefusalAndNoValue()
    {
        Result<int> result = Refusal.Conflict("A build is under way.");

        result.TryGet(out var value, out var refusal).ShouldBeFalse();
        value.ShouldBe(0);
        refusal!.Kind.ShouldBe(RefusalKind.Conflict);
        Should.Throw<InvalidOperationException>(() => result.Value).Message.ShouldContain("A build is under way.");
    }

    [Fact]
    public void OfAnInterface_IsMadeByName()
    {
        var result = Result<IReadOnlyList<int>>.Ok([1]);

        result.Value.ShouldBe([1]);
    }

    [Fact]
    public void Refusals_SayTheirKind()
    {
        Refusal.NotFound("app").ShouldBe(new Refusal(RefusalKind.NotFound, "Couldn't find that app.", "app"));
        Refusal.Invalid("x").Kind.ShouldBe(RefusalKind.Invalid);
        Refusal.Forbidden("x").Kind.ShouldBe(RefusalKind.Forbidden);
        Refusal.Unavailable("x").Kind.ShouldBe(RefusalKind.Unavailable);
        Refusal.Unauthorized.Kind.ShouldBe(RefusalKind.Unauthorized);
    }
}
