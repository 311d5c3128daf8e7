using Microsoft.Extensions.Logging.Abstractions;
using Renga.Engines;
using Renga.Engines.Runc;

namespace Renga.Dynos.Tests.Real;

/// <summary>Needs root, as the engine does.</summary>
public sealed class RuncEngineTests : RealEngineTests
{
    protected override IDynoEngine MakeEngine() => new RuncEngine(
        new EnginesOptions { Folder = Path.Combine(Folder, "dynos"), PlatformId = PlatformId.Of(Folder) }, TimeProvider.System, NullLogger<RuncEngine>.Instance);

    protected override async Task CloseAsync(IDynoEngine engine, bool last)
    {
        await using var used = (RuncEngine)engine;
        if (last)
            await used.TearDownAsync(CancellationToken.None);
    }

    [Fact]
    public async Task OneOff_AttachedWithTty_HasTheClientsSize() =>
        (await AttachTtyAsync("stty size; tty >/dev/null && echo \"tty $TERM\"; echo \"\uFFFF heroku-command-exit-status: $?\""))
        .ShouldBe("33 111\r\ntty xterm\r\n\uFFFF heroku-command-exit-status: 0\r\n");
}
