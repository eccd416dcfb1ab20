import Testing

@testable import Martlet

@Suite("Configuration from the environment")
struct EnvironmentConfigurationTests {
    @Test func findsNothingInAnEmptyEnvironment() {
        let read = EnvironmentConfiguration.read(["OPENAI_API_KEY": "", "OPENAI_BASE_URL": "http://h"])
        #expect(read.configuration == GatewayConfiguration(providers: []))
        #expect(read.problems == [])
    }

    @Test func listsProvidersInTheOrderOfTheCatalogue() {
        let read = EnvironmentConfiguration.read([
            "GROQ_API_KEY": "g", "OPENAI_KEY": "o", "GOOGLE_API_KEY": "y", "OLLAMA_BASE_URL": "http://h:11434",
        ])
        let providers = read.configuration?.providers ?? []
        #expect(providers.map(\.name) == ["openai", "gemini", "groq", "ollama"])
        #expect(providers.flatMap(\.keys).map(\.name) == ["OPENAI_KEY", "GOOGLE_API_KEY", "GROQ_API_KEY"])
        #expect(providers.flatMap(\.keys).map(\.value) == ["o", "y", "g"])
        #expect(providers.map(\.isKeyless) == [false, false, false, true])
        #expect(providers.map(\.kind) == [.openAI, .gemini, .openAI, .openAI])
    }

    @Test(arguments: [
        ("https://h/v1", "https://h"), ("https://h/v1/", "https://h"), ("http://h:1/x", "http://h:1/x"),
        ("", "https://api.openai.com"),
    ])
    func takesAddresses(value: String, address: String) {
        let read = EnvironmentConfiguration.read(["OPENAI_API_KEY": "o", "OPENAI_BASE_URL": value])
        #expect(read.configuration?.providers.first?.baseURL.description == address)
    }

    @Test(arguments: [
        (
            ["OPENAI_API_KEY": "sk-1", "OPENAI_BASE_URL": "sk-1"],
            "OPENAI_BASE_URL: the value is not an http or https "
                + "address; write it like \"https://api.example.com\""
        ),
        (
            ["OPENAI_API_KEY": "sk-1\n"],
            "OPENAI_API_KEY: holds white space or characters that a header field cannot "
                + "carry; copy it again"
        ),
    ])
    func refusesWhatCannotBeUsed(environment: [String: String], line: String) {
        let read = EnvironmentConfiguration.read(environment)
        #expect(read.configuration == nil)
        #expect(read.problems.map(\.description) == [line])
    }

    @Test func knowsOnlyUsableAddresses() {
        for known in ProviderCatalogue.all {
            #expect(known.baseURL == nil || known.baseURL.flatMap { BaseURL($0) }?.description == known.baseURL)
            #expect(known.name == "vertex" || known.isKeyless == known.keyVariables.isEmpty)
        }
        #expect(Set(ProviderCatalogue.all.map(\.name)).count == ProviderCatalogue.all.count)
    }

    @Test func takesCloudsWhoseVariablesSayAll() throws {
        let read = EnvironmentConfiguration.read([
            "AZURE_OPENAI_API_KEY": "a", "AZURE_OPENAI_ENDPOINT": "https://r.openai.azure.com/openai/v1",
            "OPENAI_API_VERSION": "2024-10-21", "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s",
            "AWS_REGION": "eu-west-1", "GOOGLE_CLOUD_PROJECT": "p", "GOOGLE_CLOUD_LOCATION": "global",
        ])
        #expect(read.problems == [])
        let providers = try #require(read.configuration?.providers)
        #expect(providers.map(\.name) == ["azure", "bedrock", "vertex"])
        #expect(
            providers.map(\.baseURL.description) == [
                "https://r.openai.azure.com", "https://bedrock-runtime.eu-west-1.amazonaws.com",
                "https://aiplatform.googleapis.com",
            ]
        )
        #expect(providers.map { $0.keys.first?.azureVersion } == ["2024-10-21", nil, nil])
        #expect(providers[0].responsesPath == nil)
        #expect(
            providers.map { $0.keys.first?.credentials } == [
                .secret, .aws(AWSKeyCredentials()), .google(GoogleKeyCredentials()),
            ]
        )
    }

    @Test(arguments: [
        ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"], ["AWS_REGION": "eu-west-1"],
        ["AZURE_OPENAI_API_KEY": "a"], ["AZURE_OPENAI_ENDPOINT": "https://r"], ["GOOGLE_CLOUD_PROJECT": "p"],
        ["GOOGLE_APPLICATION_CREDENTIALS": "/f"],
    ])
    func guessesNoCloudFromHalfOfIt(environment: [String: String]) {
        let read = EnvironmentConfiguration.read(environment)
        #expect(read.configuration?.providers == [])
        #expect(read.problems == [])
    }

    @Test func takesAnApplicationOfAzureAndAKeyOfBedrock() {
        let read = EnvironmentConfiguration.read([
            "AZURE_OPENAI_ENDPOINT": "https://r", "AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c",
            "AWS_BEARER_TOKEN_BEDROCK": "b", "AWS_REGION": "us-east-1",
        ])
        #expect(
            read.configuration?.providers.map { $0.keys[0].credentials } == [.azure(AzureKeyCredentials()), .secret]
        )
        #expect(
            read.configuration?.providers.map { $0.keys[0].name } == ["AZURE_CLIENT_ID", "AWS_BEARER_TOKEN_BEDROCK"]
        )
    }
}
