import JSON

/// Fits JSON schemas to what Anthropic takes, in the order in which they are spelled.
///
/// Anthropic documentation, "Structured outputs" (limits of JSON Schema) and "Tool use".
enum AnthropicSchema {
    /// A schema, and whether it says something else than before.
    struct Fitted {
        var schema: JSONValue
        var isChanged: Bool
    }

    /// The schema of a tool's arguments: an object, without a choice at the top.
    static func input(_ schema: JSONValue?) -> Fitted {
        guard let schema else { return Fitted(schema: ["type": "object", "properties": [:]], isChanged: false) }
        guard var object = schema.object else {
            return Fitted(schema: ["type": "object"], isChanged: schema != .boolean(true))
        }
        var isChanged = false
        for name in ["oneOf", "allOf", "anyOf"] where object.remove(name) != nil {
            isChanged = true
        }
        switch object["type"] {
        case "object":
            break
        case nil:
            object.members.insert(JSONObject.Member(name: "type", value: "object"), at: 0)
        case .array(let types) where types.contains("object"):
            object.set("type", to: "object")
            isChanged = true
        default:
            return Fitted(schema: ["type": "object"], isChanged: true)
        }
        return Fitted(schema: .object(object), isChanged: isChanged)
    }

    /// The schema of an answer; nil when nothing near it is taken. Name and description become its own where it has
    /// none.
    static func output(_ output: OutputSchema) -> Fitted? {
        guard output.schema.object != nil, !refersToItself(output.schema) else { return nil }
        var isChanged = false
        let schema = fit(output.schema, &isChanged)
        guard var object = schema.object else { return nil }
        if let name = output.name, object["title"] == nil { object.append("title", .string(name)) }
        if let description = output.description, object["description"] == nil {
            object.append("description", .string(description))
        }
        return Fitted(schema: .object(object), isChanged: isChanged)
    }

    /// Whether strict mode takes the schema as it is.
    static func isStrict(_ schema: JSONValue) -> Bool {
        var isChanged = false
        _ = fit(schema, &isChanged)
        return !isChanged && !refersToItself(schema)
    }

    // MARK: Key words

    private static let refused: Set<String> = [
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
        "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "minProperties", "maxProperties",
        "patternProperties", "propertyNames", "dependentRequired", "dependentSchemas", "unevaluatedProperties",
        "unevaluatedItems", "prefixItems", "not", "if", "then", "else",
    ]
    private static let schemas: Set<String> = ["items"]
    private static let listsOfSchemas: Set<String> = ["anyOf", "allOf"]
    private static let namedSchemas: Set<String> = ["properties", "$defs", "definitions"]

    private static func fit(_ schema: JSONValue, _ isChanged: inout Bool) -> JSONValue {
        guard let object = schema.object else { return schema }
        var fitted = JSONObject()
        for member in object.members {
            guard let name = member.name.value, !refused.contains(name), keeps(name, member.value) else {
                isChanged = true
                continue
            }
            if name == "oneOf", case .array(let choices) = member.value {
                // The nearest that is taken; with choices that exclude each other it is the same.
                isChanged = true
                fitted.append("anyOf", .array(choices.map { fit($0, &isChanged) }))
            } else {
                fitted.members.append(JSONObject.Member(name: member.name, value: fit(name, member.value, &isChanged)))
            }
        }
        if describesObject(object), fitted["additionalProperties"] != false {
            isChanged = true
            fitted.set("additionalProperties", to: false)
        }
        return .object(fitted)
    }

    private static func fit(_ name: String, _ value: JSONValue, _ isChanged: inout Bool) -> JSONValue {
        switch value {
        case .object(let members) where namedSchemas.contains(name):
            return .object(
                JSONObject(members.members.map { JSONObject.Member(name: $0.name, value: fit($0.value, &isChanged)) })
            )
        case .array(let values) where listsOfSchemas.contains(name):
            return .array(values.map { fit($0, &isChanged) })
        case .object where schemas.contains(name):
            return fit(value, &isChanged)
        default:
            return value
        }
    }

    private static func keeps(_ name: String, _ value: JSONValue) -> Bool {
        name != "minItems" || value == 0 || value == 1
    }

    private static func describesObject(_ schema: JSONObject) -> Bool {
        if case .array(let types)? = schema["type"] { return types.contains("object") }
        return schema["type"] == "object" || schema["properties"] != nil
    }

    // MARK: References

    /// Whether the schema refers to itself, in whatever circle, or to another document. Neither is taken.
    private static func refersToItself(_ schema: JSONValue) -> Bool {
        var edges: [String: Set<String>] = [:]
        var isForeign = false
        for group in ["$defs", "definitions"] {
            for member in schema[group]?.object?.members ?? [] {
                let name = "#/\(group)/\(member.name.repairedValue)"
                edges[name] = references(in: member.value, &isForeign)
            }
        }
        if references(in: schema, &isForeign).contains("#") || isForeign { return true }
        return hasCircle(edges)
    }

    /// Takes away, again and again, what refers to nothing that is left; a circle stays.
    private static func hasCircle(_ edges: [String: Set<String>]) -> Bool {
        var counts: [String: Int] = [:]
        var users: [String: [String]] = [:]
        for (name, targets) in edges {
            let known = targets.filter { edges[$0] != nil }
            counts[name] = known.count
            for target in known {
                users[target, default: []].append(name)
            }
        }
        var free = counts.filter { $0.value == 0 }.map(\.key)
        var freed = 0
        while let name = free.popLast() {
            freed += 1
            for user in users[name] ?? [] {
                let count = (counts[user] ?? 1) - 1
                counts[user] = count
                if count == 0 { free.append(user) }
            }
        }
        return freed < edges.count
    }

    private static func references(in value: JSONValue, _ isForeign: inout Bool) -> Set<String> {
        var found: Set<String> = []
        switch value {
        case .object(let object):
            for member in object.members {
                if member.name.value == "$ref", let target = member.value.string {
                    if !target.hasPrefix("#") { isForeign = true }
                    found.insert(target)
                } else {
                    found.formUnion(references(in: member.value, &isForeign))
                }
            }
        case .array(let values):
            for value in values {
                found.formUnion(references(in: value, &isForeign))
            }
        default: break
        }
        return found
    }
}
