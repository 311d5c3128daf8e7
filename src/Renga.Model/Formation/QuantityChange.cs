using System.Globalization;

namespace Renga.Model.Formation;

/// <summary>How a quantity of dynos changes: to a number (<c>2</c>), or by one (<c>+1</c>, <c>-1</c>).</summary>
public readonly record struct QuantityChange(int Value, bool Relative)
{
    /// <summary>Dynos of one process type.</summary>
    public const int Max = 100;

    public static Result<QuantityChange> Parse(string text)
    {
        var relative = text.StartsWith('+') || text.StartsWith('-');
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) || Math.Abs((long)value) > Max)
            return Refusal.Invalid($"Quantity must be a number from 0 to {Max}, or a change such as +1 or -1.");
        return new QuantityChange(value, relative);
    }

    /// <summary>The new quantity, or why it cannot be. A relative change stops at zero.</summary>
    public Result<int> From(int current)
    {
        var wanted = Relative ? Math.Max(0, current + Value) : Value;
        return wanted <= Max ? wanted : Refusal.Invalid($"Quantity must be a number from 0 to {Max}; {wanted} was asked for.");
    }
}
