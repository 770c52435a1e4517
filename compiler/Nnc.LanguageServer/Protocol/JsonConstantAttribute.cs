namespace Nnc.LanguageServer.Protocol;

/// <summary>A member that has one value for all objects of the record, and tells them from others in a union.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class JsonConstantAttribute(string name, string value) : Attribute
{
    public string Name => name;

    public string Value => value;
}
