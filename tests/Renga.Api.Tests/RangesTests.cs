using System.Text.Json.Nodes;

namespace Renga.Api.Tests;

public sealed class RangesTests(RangesTests.SixReleases six) : IClassFixture<RangesTests.SixReleases>
{
    [Theory]
    [InlineData("version ..; max=1, order=desc", 206, "6")]
    [InlineData("version ..; order=desc,max=1", 206, "6")]
    [InlineData("version ..; order=desc", 200, "6,5,4,3,2,1")]
    [InlineData("version ..; max=1000;", 200, "1,2,3,4,5,6")]
    [InlineData("id ..; max=1000;", 200, "1,2,3,4,5,6")]
    [InlineData("version 2..4", 200, "2,3,4")]
    [InlineData("version ]2..[4", 200, "3")]
    [InlineData("version 5..; order=desc,max=2", 206, "5,4")]
    [InlineData("created_at ..; max=15, order=desc", 200, "6,5,4,3,2,1")]
    [InlineData("", 200, "1,2,3,4,5,6")]
    [InlineData("version", 200, "1,2,3,4,5,6")]
    public async Task Range_AsClientsSendIt_IsFollowed(string range, int status, string versions)
    {
        var api = six.Api;
        var list = await api.SendAsync("GET", "/apps/example/releases", status, range: range);
        Versions(list).ShouldBe(versions);
    }

    [Theory]
    [InlineData("nothing ..")]
    [InlineData("version a..b")]
    [InlineData("bytes=0-5")]
    [InlineData("version ..; max=0")]
    [InlineData("version ..; order=up")]
    public async Task Range_ThatMakesNoSense_Is416(string range)
    {
        var api = six.Api;
        (await api.SendAsync("GET", "/apps/example/releases", 416, range: range))["id"]!.ToString().ShouldBe("requested_range_not_satisfiable");
    }

    [Theory]
    [InlineData("version ..; max=2", "1,2,3,4,5,6")]
    [InlineData("version ..; max=4, order=desc", "6,5,4,3,2,1")]
    [InlineData("id ..; max=3", "1,2,3,4,5,6")]
    [InlineData("created_at ..; max=1, order=desc", "6,5,4,3,2,1")]
    [InlineData("version ..[5; max=3", "1,2,3,4")]
    public async Task NextRange_SentBack_WalksTheWholeList(string range, string versions)
    {
        var api = six.Api;
        var seen = new List<string>();
        var next = range;
        while (next is not null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/apps/example/releases");
            request.Headers.TryAddWithoutValidation("Range", next);
            var response = await api.Client.SendAsync(request, TestContext.Current.CancellationToken);
            string.Join(',', response.Headers.GetValues("Accept-Ranges")).ShouldBe("version,id,created_at");
            response.Content.Headers.TryGetValues("Content-Range", out var content).ShouldBeTrue();
            content!.Single().ShouldContain("..");
            seen.Add(Versions(JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!));
            next = response.Headers.TryGetValues("Next-Range", out var more) ? more.Single() : null;
            ((int)response.StatusCode).ShouldBe(next is null ? 200 : 206);
        }

        string.Join(',', seen).ShouldBe(versions);
    }

    [Fact]
    public async Task Apps_ByName_AreSortedAndCut()
    {
        await using var api = await ApiFixture.StartAsync();
        foreach (var name in new[] { "cherry", "apple", "banana" })
            await api.CreateAppAsync(name);
        var (response, list) = await api.ExchangeAsync("GET", "/apps", 206, range: "name b..; max=1");
        list.AsArray().Single()!["name"]!.ToString().ShouldBe("banana");
        response.Headers.GetValues("Next-Range").Single().ShouldBe("name ]banana..; max=1");
    }

    private static string Versions(JsonNode list) => string.Join(',', list.AsArray().Select(static r => r!["version"]!.GetValue<int>()));

    public sealed class SixReleases : IAsyncLifetime
    {
        internal ApiFixture Api { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Api = await ApiFixture.StartAsync();
            await Api.CreateAppAsync();
            foreach (var name in "ABCDE")
            {
                Api.Time.Advance(TimeSpan.FromMilliseconds(2));
                await Api.SendAsync("PATCH", "/apps/example/config-vars", 200, $"{{\"{name}\": \"1\"}}");
            }
        }

        public ValueTask DisposeAsync() => Api.DisposeAsync();
    }
}
