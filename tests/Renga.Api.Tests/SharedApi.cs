namespace Renga.Api.Tests;

/// <summary>One platform for the tests of a class that change nothing: with the app <c>example</c>, deployed, with a web process.</summary>
public sealed class SharedApi : IAsyncLifetime
{
    internal ApiFixture Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Api = await ApiFixture.StartAsync();
        await Api.DeployAsync(await Api.CreateAppAsync(), "web");
    }

    public ValueTask DisposeAsync() => Api.DisposeAsync();
}
