namespace Nnc.Language.Tests.Formatting;

/// <summary>Types, lists and expressions, loosest first.</summary>
internal sealed partial class ProgramGenerator
{
    private static readonly string[] _comparisons = ["==", "!=", "<", "<=", ">", ">="];

    private void Result()
    {
        Add("->");
        Type(1);
    }

    private void Type(int depth)
    {
        if (depth > 0 && random.Next(4) == 0)
        {
            Bracketed("(", ")", () => List(1, 3, () => { Maybe(() => Add(Name(), ":")); Type(depth - 1); }));
            return;
        }

        Add(random.Next(2) == 0 ? "real" : "fn");
        Maybe(() => Bracketed("[", "]", () => List(1, 3, () => Either(() => Add("..."), () => Expression(1)))));
    }

    private void Formals() => Bracketed("(", ")", () => List(0, 5, () =>
    {
        Add(Name());
        Maybe(() => { Add(":"); Type(1); });
        Maybe(() => { Add("="); Expression(1); });
    }));

    private void Arguments(int depth) => Bracketed("(", ")", () => List(0, 4, () =>
    {
        if (random.Next(12) == 0)
        {
            Add("...");
            return;
        }

        Maybe(() => Add(Name(), ":"));
        Expression(depth - 1);
    }));

    private void Indices(int depth) => Bracketed("[", "]", () => List(1, 4, () =>
    {
        switch (random.Next(6))
        {
            case 0:
                Add("...");
                break;
            case 1:
                Add(Name(), "in");
                Expression(depth - 1);
                break;
            case 2:
                Maybe(() => Expression(depth - 1));
                Add(":");
                Maybe(() => Expression(depth - 1));
                break;
            case 3:
                Add("t", random.Next(2) == 0 ? "-" : "+", "1");
                break;
            default:
                Expression(depth - 1);
                break;
        }
    }));

    private void Expression(int depth)
    {
        if (depth > 1 && random.Next(6) == 0)
        {
            Add("if");
            Expression(depth - 1);
            Add("then");
            Expression(depth - 1);
            Add("else");
            Expression(depth - 1);
            return;
        }

        Chain(depth, 0);
        if (depth > 1 && random.Next(4) == 0)
        {
            Repeat(1, 6, () => { Add("|>", Name()); Maybe(() => Arguments(depth - 1)); });
        }
    }

    /// <summary>Operands of a level and its signs, from `or` to `@`.</summary>
    private void Chain(int depth, int level)
    {
        string[][] signs = [["or"], ["and"], ["not"], _comparisons, ["+", "-"], ["*", "/", "%"], ["@"]];
        if (level == signs.Length)
        {
            Signed(depth);
            return;
        }

        if (level == 2)
        {
            Maybe(() => Add("not"), 12);
            Chain(depth, level + 1);
            return;
        }

        Chain(depth, level + 1);
        if (depth > 0 && random.Next(9) == 0)
        {
            Repeat(1, level == 3 ? 1 : 3, () => { Add(signs[level][random.Next(signs[level].Length)]); Chain(depth - 1, level + 1); });
        }
    }

    private void Signed(int depth)
    {
        Maybe(() => Add("-"), 8);
        Postfix(depth);
        Maybe(() => { Add("^"); Maybe(() => Add("-")); Postfix(depth - 1); }, 8);
    }

    private void Postfix(int depth)
    {
        Primary(depth);
        if (depth > 0 && random.Next(3) == 0)
        {
            Repeat(1, 2, () =>
            {
                switch (random.Next(3))
                {
                    case 0:
                        Add(".", Name());
                        break;
                    case 1:
                        Indices(depth);
                        break;
                    default:
                        Arguments(depth);
                        break;
                }
            });
        }
    }

    private void Primary(int depth)
    {
        switch (random.Next(depth > 0 ? 10 : 7))
        {
            case 0:
                Add(random.Next(2) == 0 ? "10_000" : "2");
                break;
            case 1:
                Add(random.Next(2) == 0 ? "1e-3" : "0.5");
                break;
            case 2:
                Add(random.Next(2) == 0 ? "true" : "\"a \\\" // b;\"");
                break;
            case 3:
                Add("m'");
                break;
            case 7:
                Bracketed("[", "]", () => List(0, 4, () => Expression(depth - 1)));
                break;
            case 8:
                Bracketed("(", ")", () => Expression(depth - 1));
                break;
            case 9:
                Bracketed("(", ")", () => List(2, 3, () => { Maybe(() => Add(Name(), ":")); Expression(depth - 1); }));
                break;
            default:
                Add(Name());
                break;
        }
    }
}
