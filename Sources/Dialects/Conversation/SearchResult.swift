/// What a search of the application's own found, for the model to read and cite.
package struct SearchResult: Sendable, Equatable {
    /// Where it was found: an address, or whatever the application calls it. May be empty.
    package var source: String
    /// What it is called. May be empty.
    package var title: String
    /// What was found, in pieces that may be cited one by one.
    package var texts: [String]
    /// Whether the answer may cite it; nil when not said.
    package var wantsCitations: Bool?

    package init(source: String, title: String, texts: [String], wantsCitations: Bool? = nil) {
        self.source = source
        self.title = title
        self.texts = texts
        self.wantsCitations = wantsCitations
    }

    /// All of it in one text: the title and the source, each in a line, above what was found.
    package var text: String {
        ([title, source] + texts).filter { !$0.isEmpty }.joined(separator: "\n")
    }
}

extension TextContent {
    /// The text of what was found.
    package init(_ found: SearchResult) {
        self.init(found.text)
        self.found = found
    }
}

extension LossReport {
    /// Notes that something found goes as the text that it is; nothing for any other text.
    mutating func note(_ found: SearchResult?, at path: String) {
        guard let found else { return }
        note(.searchResult, at: path)
        if found.wantsCitations == true { note(.documentCitations, at: path) }
    }
}
