using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using Renga.Model;

namespace Renga.Api.Ranges;

/// <summary>An attribute that a list can be sorted and cut by.</summary>
internal abstract class RangeKey<T>(string name)
{
    public string Name { get; } = name;

    public static RangeKey<T> Of<TKey>(string name, Expression<Func<T, TKey>> key, Func<string, TKey?> parse, Func<TKey, string> format)
        where TKey : struct, IComparable<TKey> => new StructKey<TKey>(name, key, parse, format);

    public static RangeKey<T> Id(Expression<Func<T, Guid>> key) =>
        Of("id", key, static text => Guid.TryParse(text, out var id) ? id : null, static id => id.ToString());

    public static RangeKey<T> Number(string name, Expression<Func<T, int>> key) =>
        Of(name, key, static text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null, static n => n.ToString(CultureInfo.InvariantCulture));

    public static RangeKey<T> Time(string name, Expression<Func<T, DateTimeOffset>> key) =>
        Of(
            name,
            key,
            static text => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUniversalTime() : null,
            static time => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));

    public static RangeKey<T> Text(string name, Expression<Func<T, string>> key) => new TextKey(name, key);

    public abstract IQueryable<T> Order(IQueryable<T> list, bool descending);

    /// <summary>Cuts off what comes before (or after) a value.</summary>
    public abstract Result<IQueryable<T>> Cut(IQueryable<T> list, string value, bool excluded, bool above);

    public abstract string Format(T item);

    private static IQueryable<T> Where<TKey>(IQueryable<T> list, Expression<Func<T, TKey>> key, Func<Expression, Expression> condition) =>
        list.Where(Expression.Lambda<Func<T, bool>>(condition(key.Body), key.Parameters));

    private static BinaryExpression Compare(Expression left, Expression right, bool excluded, bool above) => (excluded, above) switch
    {
        (true, true) => Expression.GreaterThan(left, right),
        (false, true) => Expression.GreaterThanOrEqual(left, right),
        (true, false) => Expression.LessThan(left, right),
        (false, false) => Expression.LessThanOrEqual(left, right),
    };

    /// <summary>A captured variable, so that the database sees a parameter and not a new statement for each value.</summary>
    private static MemberExpression Parameter<TValue>(TValue value) =>
        Expression.Property(Expression.Constant(new Box<TValue>(value)), nameof(Box<TValue>.Value));

    private sealed record Box<TValue>(TValue Value);

    private sealed class StructKey<TKey>(string name, Expression<Func<T, TKey>> key, Func<string, TKey?> parse, Func<TKey, string> format) : RangeKey<T>(name)
        where TKey : struct, IComparable<TKey>
    {
        private readonly Func<T, TKey> _read = key.Compile();

        public override IQueryable<T> Order(IQueryable<T> list, bool descending) => descending ? list.OrderByDescending(key) : list.OrderBy(key);

        public override Result<IQueryable<T>> Cut(IQueryable<T> list, string value, bool excluded, bool above)
        {
            if (parse(value) is not { } parsed)
                return Refusal.Invalid($"\"{value}\" is not a value of \"{Name}\".");
            return Result<IQueryable<T>>.Ok(Where(list, key, body => Compare(body, Parameter(parsed), excluded, above)));
        }

        public override string Format(T item) => format(_read(item));
    }

    private sealed class TextKey(string name, Expression<Func<T, string>> key) : RangeKey<T>(name)
    {
        private static readonly MethodInfo CompareText = typeof(string).GetMethod(nameof(string.Compare), [typeof(string), typeof(string)])!;
        private readonly Func<T, string> _read = key.Compile();

        public override IQueryable<T> Order(IQueryable<T> list, bool descending) => descending ? list.OrderByDescending(key) : list.OrderBy(key);

        public override Result<IQueryable<T>> Cut(IQueryable<T> list, string value, bool excluded, bool above) =>
            Result<IQueryable<T>>.Ok(Where(list, key, body => Compare(Expression.Call(CompareText, body, Parameter(value)), Expression.Constant(0), excluded, above)));

        public override string Format(T item) => _read(item);
    }
}
