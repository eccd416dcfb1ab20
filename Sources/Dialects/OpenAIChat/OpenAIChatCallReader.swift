import JSON

/// Puts the tool calls of one choice in order, one after the other, however their pieces are mixed.
///
/// The call that came first is passed on as it comes. Pieces of another one close it if its arguments are complete,
/// and wait if they are not: a part that was closed cannot be opened again.
struct OpenAIChatCallReader {
    /// A piece of a call.
    struct Piece {
        var index: Int?
        var id: String?
        var name: String?
        var arguments: String
        /// The signature that belongs to the call.
        var signature: ReasoningSignature?
    }

    private struct Call {
        var index: Int
        var id: String
        var name: String
        var arguments = ""
        var signature: ReasoningSignature?

        /// Whether the arguments are a whole JSON text. None at all may have its arguments still to come.
        var isComplete: Bool {
            guard let last = arguments.utf8.last, last == UInt8(ascii: "}") else { return false }
            return (try? JSONScanner.validate(arguments.utf8.span)) != nil
        }
    }

    private let choice: Int
    private var calls: [Call] = []
    /// The call that is passed on; those before it are closed, those behind it wait.
    private var current = 0
    private var isCurrentOpen = false

    init(choice: Int) {
        self.choice = choice
    }

    /// Whether other parts must wait.
    var isBusy: Bool {
        guard calls.indices.contains(current) else { return false }
        return calls.count > current + 1 || !calls[current].isComplete
    }

    /// Whether the piece begins a call.
    func begins(_ piece: Piece) -> Bool { place(of: piece) == nil }

    /// Adds a piece of a call.
    mutating func receive(_ piece: Piece, into events: inout [AnswerEvent]) {
        guard let place = place(of: piece) else {
            let index = piece.index ?? (calls.last.map { $0.index == .max ? .max : $0.index + 1 } ?? 0)
            calls.append(
                Call(
                    index: index,
                    id: piece.id ?? "",
                    name: piece.name ?? "",
                    arguments: piece.arguments,
                    signature: piece.signature
                )
            )
            advance(into: &events)
            return
        }
        guard place >= current else { return }
        if isCurrentOpen, place == current {
            calls[place].arguments += piece.arguments
            if !piece.arguments.isEmpty {
                events.append(.delta(choice: choice, piece.arguments))
            }
        } else {
            calls[place].arguments += piece.arguments
            if calls[place].name.isEmpty { calls[place].name = piece.name ?? "" }
            if calls[place].id.isEmpty { calls[place].id = piece.id ?? "" }
        }
        advance(into: &events)
    }

    /// Passes on all that waits. No more pieces will come.
    mutating func finish(into events: inout [AnswerEvent]) {
        while calls.indices.contains(current) {
            open(into: &events)
            close(into: &events)
        }
    }

    /// The call that the piece continues; nil if it begins one.
    ///
    /// Some providers leave out the index, some have the same one for every call, some repeat id and name in each
    /// piece.
    private func place(of piece: Piece) -> Int? {
        let id = piece.id ?? ""
        let name = piece.name ?? ""
        guard let index = piece.index else {
            if !id.isEmpty, let place = calls.lastIndex(where: { $0.id == id }) { return place }
            return name.isEmpty ? calls.indices.last : nil
        }
        guard let place = calls.lastIndex(where: { $0.index == index }) else { return nil }
        guard !name.isEmpty else { return place }
        let call = calls[place]
        if !id.isEmpty, !call.id.isEmpty, id != call.id {
            return calls.lastIndex { $0.index == index && $0.id == id }
        }
        if id.isEmpty, call.id.isEmpty, !piece.arguments.isEmpty, call.isComplete { return nil }
        return place
    }

    private mutating func advance(into events: inout [AnswerEvent]) {
        while calls.indices.contains(current) {
            // A name may still come.
            if !isCurrentOpen, calls[current].name.isEmpty { return }
            open(into: &events)
            guard calls.count > current + 1, calls[current].isComplete else { return }
            close(into: &events)
        }
    }

    private mutating func open(into events: inout [AnswerEvent]) {
        guard !isCurrentOpen else { return }
        isCurrentOpen = true
        let call = calls[current]
        if let signature = call.signature {
            events.append(.partStart(choice: choice, .reasoning()))
            events.append(.signature(choice: choice, signature))
            events.append(.partEnd(choice: choice))
        }
        events.append(.partStart(choice: choice, .toolCall(id: call.id, name: call.name)))
        if !call.arguments.isEmpty {
            events.append(.delta(choice: choice, call.arguments))
        }
    }

    private mutating func close(into events: inout [AnswerEvent]) {
        events.append(.partEnd(choice: choice))
        isCurrentOpen = false
        current += 1
    }
}
