package import JSON

/// Something that the model may call.
package enum Tool: Sendable, Equatable {
    /// A function of the application.
    case function(FunctionTool)
    /// What only one format knows: tools that run at the provider, tools with free-form input.
    case foreign(ForeignContent, path: String)
}

/// A function of the application.
package struct FunctionTool: Sendable, Equatable {
    /// Its name.
    package var name: String
    /// What it does, for the model.
    package var description: String?
    /// A JSON schema of its arguments, as the caller spelled it; nil when it takes none.
    package var parameters: JSONValue?
    /// Whether the provider must guarantee the schema; nil when not said.
    package var isStrict: Bool?
    /// Asks the provider to keep everything up to here in its cache.
    package var cacheHint: CacheHint?
    /// Where it is in the caller's body.
    package var path: String

    package init(
        name: String,
        description: String? = nil,
        parameters: JSONValue? = nil,
        isStrict: Bool? = nil,
        cacheHint: CacheHint? = nil,
        path: String
    ) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.isStrict = isStrict
        self.cacheHint = cacheHint
        self.path = path
    }
}

/// Whether and what the model must call.
package enum ToolChoice: Sendable, Equatable {
    /// As it likes.
    case automatic
    /// Nothing.
    case none
    /// Something.
    case required
    /// This one.
    case tool(String)
    /// Out of these, as it likes or, if required, one at least.
    case allowed([String], isRequired: Bool)
}

/// The model asks for a tool.
package struct ToolCall: Sendable, Equatable {
    /// Joins it to its result. Any characters.
    package var id: String
    /// The tool's name.
    package var name: String
    /// The arguments as JSON text, exactly as they were spelled: may be empty or malformed.
    package var arguments: String

    package init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

/// What a tool gave.
package struct ToolResult: Sendable, Equatable {
    /// The id of the call that it answers.
    package var callID: String
    /// The tool's name, where the caller says it or an earlier turn does.
    package var name: String?
    /// Text, images and documents.
    package var parts: [Part]
    /// Whether the tool failed.
    package var isError: Bool

    package init(callID: String, name: String? = nil, parts: [Part], isError: Bool = false) {
        self.callID = callID
        self.name = name
        self.parts = parts
        self.isError = isError
    }
}

/// What only one format knows, kept to be named in a report.
package struct ForeignContent: Sendable, Equatable {
    /// The format.
    package var format: WireFormat
    /// Its `type`, or the name of the member that holds it.
    package var type: String
    /// What it is to the report.
    package var element: ConversationElement
    /// As the caller spelled it.
    package var value: JSONValue

    package init(_ format: WireFormat, type: String, element: ConversationElement, value: JSONValue) {
        self.format = format
        self.type = type
        self.element = element
        self.value = value
    }
}

extension Conversation {
    /// The name of the tool that the call with this id asked for, where an earlier turn tells. Gemini and others want
    /// it with the result.
    package func toolName(ofCall id: String) -> String? {
        for turn in turns.reversed() {
            for case .toolCall(let call) in turn.parts.lazy.map(\.content) where call.id == id {
                return call.name
            }
        }
        return nil
    }
}
