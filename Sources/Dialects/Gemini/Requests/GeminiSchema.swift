import JSON

/// Makes JSON schemas of the schemas in Gemini's older members.
///
/// Format: Gemini API reference, "Schema": a part of OpenAPI 3.0 with types in upper case, `nullable`, and 64-bit
/// integers as strings.
enum GeminiSchema {
    /// The schema with its words in JSON Schema's spelling. Nothing is left out and the order is kept.
    static func jsonSchema(_ schema: JSONValue) -> JSONValue {
        guard case .object(let object) = schema else { return schema }
        let isNullable = object["nullable"]?.boolean == true
        var output: [JSONObject.Member] = []
        output.reserveCapacity(object.count)
        for member in object.members {
            guard let word = member.name.value else {
                output.append(member)
                continue
            }
            let name = otherSpellings[word] ?? word
            if name == "nullable", member.value.boolean != nil { continue }
            output.append(.init(name: JSONString(name), value: value(member.value, of: name, isNullable: isNullable)))
        }
        return .object(JSONObject(output))
    }

    private static func value(_ value: JSONValue, of name: String, isNullable: Bool) -> JSONValue {
        switch name {
        case "type": type(value, isNullable: isNullable)
        case "items", "additionalProperties", "not": jsonSchema(value)
        case "properties", "$defs", "defs":
            .object(
                JSONObject(
                    (value.object ?? [:]).members.map { .init(name: $0.name, value: jsonSchema($0.value)) }
                )
            )
        case "anyOf", "oneOf", "allOf", "prefixItems": value.array.map { .array($0.map(jsonSchema)) } ?? value
        case "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties":
            value.string.flatMap(Int.init).map { .number($0) } ?? value
        default: value
        }
    }

    private static func type(_ value: JSONValue, isNullable: Bool) -> JSONValue {
        guard let name = value.string, types.contains(name.lowercased()) else { return value }
        let type = JSONValue.string(name.lowercased())
        return isNullable ? .array([type, "null"]) : type
    }

    private static let types: Set<String> = ["string", "number", "integer", "boolean", "array", "object", "null"]

    private static let otherSpellings = [
        "any_of": "anyOf", "min_items": "minItems", "max_items": "maxItems", "min_length": "minLength",
        "max_length": "maxLength", "min_properties": "minProperties", "max_properties": "maxProperties",
        "property_ordering": "propertyOrdering", "additional_properties": "additionalProperties",
        "prefix_items": "prefixItems", "one_of": "oneOf", "all_of": "allOf", "defs": "$defs", "ref": "$ref",
    ]
}
