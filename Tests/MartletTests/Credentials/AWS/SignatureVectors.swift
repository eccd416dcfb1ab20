// Written by Tests/sdk/make_signature_vectors.py.

extension SignatureVector {
    /// AWS's example key, which opens nothing.
    static let accessKeyID = "AKIDEXAMPLE"
    static let secretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    static let sessionToken = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJGMEQCIB+token/of=example=="

    static let all: [SignatureVector] = [
        SignatureVector(
            "a plain get",
            "GET",
            "/",
            host: "example.amazonaws.com",
            service: "service",
            second: 1440938160,
            date: "20150830T123600Z",
            signedHeaders: "host;x-amz-date",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        ),
        SignatureVector(
            "a plain post",
            "POST",
            "/",
            host: "example.amazonaws.com",
            service: "service",
            second: 1440938160,
            date: "20150830T123600Z",
            signedHeaders: "host;x-amz-date",
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        ),
        SignatureVector(
            "no path at all",
            "GET",
            "",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            service: "service",
            signedHeaders: "host;x-amz-date",
            signature: "9b75eb2b424e68ee6e33f63a3b5be661066289e46691f1e1e4487f9a3c8d4e39"
        ),
        SignatureVector(
            "a model",
            "POST",
            "/model/anthropic.claude-3-5-sonnet-20240620-v1%3A0/converse",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            headers: [("Content-Type", "application/json")],
            body: "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Grüße, 世界 🦜\"}]}]}",
            signedHeaders: "content-type;host;x-amz-date",
            signature: "89df8338aaef8d8d03cca821526a876b1aafaee77cee5e4e7610180f6b5841fc"
        ),
        SignatureVector(
            "a model, streamed",
            "POST",
            "/model/anthropic.claude-3-5-sonnet-20240620-v1%3A0/converse-stream",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            headers: [("Content-Type", "application/json")],
            body: "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Grüße, 世界 🦜\"}]}]}",
            signedHeaders: "content-type;host;x-amz-date",
            signature: "160ad47b79138f8df038f5f81b1db551c8b81192b20b928b6379ff2669c8b33e"
        ),
        SignatureVector(
            "a model, invoked",
            "POST",
            "/model/anthropic.claude-3-5-sonnet-20240620-v1%3A0/invoke",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            headers: [("Content-Type", "application/json")],
            body: "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Grüße, 世界 🦜\"}]}]}",
            signedHeaders: "content-type;host;x-amz-date",
            signature: "131184d809096dbb423ce28bdb8000a1600677a57337d95b285460ea1613af99"
        ),
        SignatureVector(
            "an inference profile",
            "POST",
            "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.anthropic.claude-sonnet-4-20250514-v1%3A0/converse",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            headers: [("Content-Type", "application/json")],
            body: "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Grüße, 世界 🦜\"}]}]}",
            signedHeaders: "content-type;host;x-amz-date",
            signature: "f5d0bff793fd5deed391ea7f35c8e3500cdfc5d304e7054787eaaf78f5fd9790"
        ),
        SignatureVector(
            "a model with a plain colon",
            "POST",
            "/model/anthropic.claude-3-5-sonnet-20240620-v1:0/converse",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            headers: [("Content-Type", "application/json")],
            body: "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Grüße, 世界 🦜\"}]}]}",
            signedHeaders: "content-type;host;x-amz-date",
            signature: "8d6a98704e60c487bb5b704b163a72f2e96f1a009fe43f7c05bd8d1c928cb5d6"
        ),
        SignatureVector(
            "a session token",
            "POST",
            "/model/anthropic.claude-3-5-sonnet-20240620-v1%3A0/converse",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            headers: [("Content-Type", "application/json")],
            body: "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Grüße, 世界 🦜\"}]}]}",
            hasToken: true,
            signedHeaders: "content-type;host;x-amz-date;x-amz-security-token",
            signature: "27861b5f815b4efc49b4d11673159f88931875e704436c7e764de23bd0e734b8"
        ),
        SignatureVector(
            "a payload hash",
            "POST",
            "/model/anthropic.claude-3-5-sonnet-20240620-v1%3A0/converse",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            headers: [("Content-Type", "application/json")],
            body: "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Grüße, 世界 🦜\"}]}]}",
            payloadHash: "8f3822a2fcab6a06b0703da428f08f5c9c347c834a693f73e12e40d30de15356",
            signedHeaders: "content-type;host;x-amz-content-sha256;x-amz-date",
            signature: "5a3242e5c1e5452bd96c3bef9efd128a5b95938172777b5a9a1079e6026fb228"
        ),
        SignatureVector(
            "a token and a payload hash",
            "POST",
            "/model/anthropic.claude-3-5-sonnet-20240620-v1%3A0/converse",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            body: "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Grüße, 世界 🦜\"}]}]}",
            hasToken: true,
            payloadHash: "8f3822a2fcab6a06b0703da428f08f5c9c347c834a693f73e12e40d30de15356",
            signedHeaders: "host;x-amz-content-sha256;x-amz-date;x-amz-security-token",
            signature: "a514442ffa74fefa218ed7749883219c1c4f29dc9a17686a280073f6de621f2b"
        ),
        SignatureVector(
            "a payload hash of nothing",
            "GET",
            "/foundation-models",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            payloadHash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            signedHeaders: "host;x-amz-content-sha256;x-amz-date",
            signature: "1ff55564fc82e42b49c3563a62b93f7a47a054043d68ed5df3cfe35054cb17d7"
        ),
        SignatureVector(
            "a query",
            "GET",
            "/foundation-models?byProvider=anthropic&byInferenceType=ON_DEMAND",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            signedHeaders: "host;x-amz-date",
            signature: "5284c7430aca9aa8a8c45f1e073974b61e05b32e3e488d2c2c0757a62d628c0e"
        ),
        SignatureVector(
            "a query out of order",
            "GET",
            "/?b=2&a=1&c=3&a=0",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            signedHeaders: "host;x-amz-date",
            signature: "5e919a82661b207e4e3bd232cea30ac24d34263dba5e2111559c45e031adc457"
        ),
        SignatureVector(
            "a name in two cases",
            "GET",
            "/?Param1=Value1&param1=value1&Param=x",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            signedHeaders: "host;x-amz-date",
            signature: "679a37b9cfe92a4a076bd571e7c3ffeee85869616feadd65f1358ee32001d588"
        ),
        SignatureVector(
            "a query without values",
            "GET",
            "/?acl&uploads=",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            signedHeaders: "host;x-amz-date",
            signature: "4f0c9f04ca25f6ba7d905de6f750772b11627e6da8a0002a65fb494706ed444f"
        ),
        SignatureVector(
            "a query with escapes",
            "GET",
            "/?name=a%20b%2Fc%3D%26&list=%C3%A4",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            signedHeaders: "host;x-amz-date",
            signature: "1b919b358d61920c9f37dddde414a51829253a1a4908ca6122552b89a4a78518"
        ),
        SignatureVector(
            "unreserved characters",
            "GET",
            "/-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ?-._~=-._~",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            signedHeaders: "host;x-amz-date",
            signature: "7201ef7e571d93b78214daab14c722f67575cf9e9b0304c275b0606700909653"
        ),
        SignatureVector(
            "a path with spaces",
            "GET",
            "/example%20space/",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            signedHeaders: "host;x-amz-date",
            signature: "bf5558e40652ff07f46aaf14c16c411b7e183231eb6e2ff40aa8190a594c07db"
        ),
        SignatureVector(
            "a path beyond ASCII",
            "GET",
            "/%E1%88%B4",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            signedHeaders: "host;x-amz-date",
            signature: "34b1b75b98be006c9598397639d50a12aaccd45ca5f559e7f99b6a3a03a8442b"
        ),
        SignatureVector(
            "signs in a path",
            "GET",
            "/a!b$c&d'e(f)g*h+i,j;k=l:m@n",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            signedHeaders: "host;x-amz-date",
            signature: "69aea5e4c205a61fbf2332d081252e2b3e615857f34b42b7430c409c24f67427"
        ),
        SignatureVector(
            "empty segments",
            "GET",
            "//example//x/",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            signedHeaders: "host;x-amz-date",
            signature: "8fac1acbb31801c730e1bd998092daca9be3f59efdef9525f74d699d27bce732"
        ),
        SignatureVector(
            "dot segments",
            "GET",
            "/./example/../other/./x/..",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            signedHeaders: "host;x-amz-date",
            signature: "07b90d3f7dd49ab037ed195bab3c2b2ceec146b0eeb1e43044d1279ff11b898a"
        ),
        SignatureVector(
            "dots above the root",
            "GET",
            "/../../x",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            signedHeaders: "host;x-amz-date",
            signature: "48ac34229fa540e7fecd0ca65893f96fb2303492f1f87e2a7d62e09d84c89733"
        ),
        SignatureVector(
            "names that begin with a dot",
            "GET",
            "/.well-known/..hidden",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            signedHeaders: "host;x-amz-date",
            signature: "5b9c21318d1e011ac9b90ada3ccb6ce2c61e4f1b27d7f27c2527302d3c5642d1"
        ),
        SignatureVector(
            "white space in a field",
            "POST",
            "/",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            headers: [("My-Header1", "  a   b  c "), ("My-Header2", "\"a   b   c\"")],
            signedHeaders: "host;my-header1;my-header2;x-amz-date",
            signature: "8abbce5c436397322905b91adda496d8b17f4f9f09992a9566033c4c1b5143ea"
        ),
        SignatureVector(
            "a field several times",
            "POST",
            "/",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            headers: [("My-Header", "value4"), ("My-Header", "value1"), ("my-header", "value3")],
            signedHeaders: "host;my-header;x-amz-date",
            signature: "c19c8e85f599560929b7a435044ea725bceb736719f566fe25eec4b21435fbeb"
        ),
        SignatureVector(
            "fields around AWS's",
            "POST",
            "/",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            headers: [("X-Amz-Apple", "1"), ("X-Amz-Security", "2"), ("Zoo", "3"), ("A", "4")],
            signedHeaders: "a;host;x-amz-apple;x-amz-date;x-amz-security;zoo",
            signature: "933ca8ef74c871c2048fe95d92b14f4641ea5443dfbf5946ea731e2b6d0fadde"
        ),
        SignatureVector(
            "a guardrail",
            "POST",
            "/model/anthropic.claude-3-5-sonnet-20240620-v1%3A0/converse",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            headers: [("X-Amzn-Bedrock-GuardrailIdentifier", "gr-1"), ("Content-Type", "application/json")],
            signedHeaders: "content-type;host;x-amz-date;x-amzn-bedrock-guardrailidentifier",
            signature: "26f2eff067cdf6c4392def6109f4449d88b0e98450bd297eee3b4726e688b007"
        ),
        SignatureVector(
            "unsigned fields",
            "POST",
            "/",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            headers: [("User-Agent", "martlet"), ("Connection", "close"), ("X-Amzn-Trace-Id", "1")],
            signedHeaders: "host;x-amz-date",
            signature: "0ebac0b37d4debb46a73df04cd67ff4fdc452368f5cc192b79330d10321d3238"
        ),
        SignatureVector(
            "an empty field",
            "POST",
            "/",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            headers: [("X-Empty", "")],
            signedHeaders: "host;x-amz-date;x-empty",
            signature: "f2c37a2debdafa2f2ceb3ba2646b7f7b9b42ce29f13887fa26bb18ba1336d1c1"
        ),
        SignatureVector(
            "a host with a port",
            "POST",
            "/model/anthropic.claude-3-5-sonnet-20240620-v1%3A0/converse",
            host: "localhost:4566",
            body: "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Grüße, 世界 🦜\"}]}]}",
            signedHeaders: "host;x-amz-date",
            signature: "2d7b2147a2fdc116442908a23bcfe3dbd2b0c9bbaee019e75ca3ee1ac123a5e6"
        ),
        SignatureVector(
            "another region",
            "POST",
            "/",
            host: "bedrock-runtime.eu-central-1.amazonaws.com",
            body: "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Grüße, 世界 🦜\"}]}]}",
            region: "eu-central-1",
            signedHeaders: "host;x-amz-date",
            signature: "6a112708222dc76ecdcbe6298b345736915baef52c783beca15e6861b772bef8"
        ),
        SignatureVector(
            "a region of China",
            "POST",
            "/",
            host: "sts.cn-north-1.amazonaws.com.cn",
            region: "cn-north-1",
            service: "sts",
            signedHeaders: "host;x-amz-date",
            signature: "692479444f236499b01beedc0a27b54859d66bef253d7c44cdce9ee8043b9a57"
        ),
        SignatureVector(
            "the last second of a day",
            "POST",
            "/",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            second: 1798761599,
            date: "20261231T235959Z",
            signedHeaders: "host;x-amz-date",
            signature: "1c2ea812ef01cc5486a00f1422025292ef1a60a12c50603c6b6a6e1218f61e17"
        ),
        SignatureVector(
            "the first second of a day",
            "POST",
            "/",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            second: 1798761600,
            date: "20270101T000000Z",
            signedHeaders: "host;x-amz-date",
            signature: "7219f5b93c331d10f2e42bde88943d1d16d44004cb9fe2294770df8683c2e96d"
        ),
        SignatureVector(
            "a leap day",
            "POST",
            "/",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            second: 1835417228,
            date: "20280229T060708Z",
            signedHeaders: "host;x-amz-date",
            signature: "5f1ed3a6aef4952dc406971f1ee43eab7b47ba524663d2ed57b8c96c337a5e8d"
        ),
        SignatureVector(
            "the day behind a leap day",
            "POST",
            "/",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            second: 1835481600,
            date: "20280301T000000Z",
            signedHeaders: "host;x-amz-date",
            signature: "10c81b62a37d12d8709ae2de27e1f887642b24b84c3b5e15ea7136042a864892"
        ),
        SignatureVector(
            "the end of a century",
            "POST",
            "/",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            second: 4107542399,
            date: "21000228T235959Z",
            signedHeaders: "host;x-amz-date",
            signature: "144c73560d27a8a69edf5b5c5dfedc0ecbcd76d6dac467113329b8c4adc3ac85"
        ),
        SignatureVector(
            "a put",
            "PUT",
            "/x",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            body: "\n\n",
            signedHeaders: "host;x-amz-date",
            signature: "9b4d06dfadd549abb1080e9a449c5a1c2b669fa5072c0fa12b681690753d5deb"
        ),
        SignatureVector(
            "a large body",
            "POST",
            "/",
            host: "bedrock-runtime.us-east-1.amazonaws.com",
            body: String(repeating: "0123456789abcdef", count: 4096),
            signedHeaders: "host;x-amz-date",
            signature: "acadbf8381dd218a372c9b6fbb8cb4c02ac36ab54ce9d183120c5bd3bc9122a2"
        ),
    ]
}
