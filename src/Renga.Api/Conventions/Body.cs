using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Renga.Protocol.Api;

namespace Renga.Api.Conventions;

/// <summary>
/// The JSON body of a request. Not JSON: 400 with the place where it breaks. JSON of another shape: 422 with the field. An absent body is an empty object.
/// Fields that the type does not have are ignored, so nothing can be set that an operation does not name.
/// </summary>
internal sealed record Body<T>(T Value)
{
    public static async ValueTask<Body<T>?> BindAsync(HttpContext http)
    {
        var bytes = await ReadAsync(http);
        if (bytes.Length == 0)
            bytes = "{}"u8.ToArray();
        else if (!http.Request.HasJsonContentType())
            throw new BadHttpRequestException("The body must be JSON: send \"Content-Type: application/json\".", StatusCodes.Status400BadRequest);
        Check(bytes);
        try
        {
            return new Body<T>((T)JsonSerializer.Deserialize(bytes, typeof(T), ApiJson.Default)!
                ?? throw new BadHttpRequestException("The body must be a JSON object.", StatusCodes.Status422UnprocessableEntity));
        }
        catch (JsonException e)
        {
            var field = e.Path is ['$', '.', .. var path] ? $"\"{path}\"" : "The body";
            throw new BadHttpRequestException($"{field} has a value of the wrong type, or occurs twice.", StatusCodes.Status422UnprocessableEntity, e);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContext http)
    {
        var limit = http.RequestServices.GetRequiredService<ApiOptions>().MaxBodyBytes;
        var buffer = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await http.Request.Body.ReadAsync(buffer.GetMemory(4096), http.RequestAborted);
            if (read == 0)
                return buffer.WrittenSpan.ToArray();
            buffer.Advance(read);
            if (buffer.WrittenCount > limit)
                throw new BadHttpRequestException($"The body is too large: the limit is {limit} bytes.", StatusCodes.Status413PayloadTooLarge);
        }
    }

    private static void Check(byte[] bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes);
            while (reader.Read())
            {
                // Only whether it can be read to its end.
            }
        }
        catch (JsonException e)
        {
            throw new BadHttpRequestException(
                $"The body is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).", StatusCodes.Status400BadRequest, e);
        }
    }
}
