use super::Quirk;

/// What `sandbox quirks` says of one quirk.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// The name on the command line.
    pub name: &'static str,
    /// What it does, in one line.
    pub does: &'static str,
    /// The public thread where it was seen, if one is known.
    pub seen: Option<&'static str>,
}

impl Quirk {
    /// Its name, what it does, and where it was seen.
    pub fn about(&self) -> About {
        let (name, does, seen) = match self {
            Quirk::RefusedType(_) => (
                "refused-type",
                "one resource type answers 403 (refused-type=Condition; CarePlan if none is named)",
                "jwilleke/yourphr#753",
            ),
            Quirk::NoLastUpdated => ("no-last-updated", "a search with _lastUpdated answers 400", ""),
            Quirk::NextOtherHost => {
                ("next-other-host", "the next link names another host", "microsoft/fhir-server#1317")
            }
            Quirk::UnauthorizedMidSync => (
                "unauthorized-mid-sync",
                "one access token is suddenly 401 in the middle",
                "smart-on-fhir/client-js#171",
            ),
            Quirk::OtherPerson => {
                ("other-person", "a search for Observations also returns somebody else's", "")
            }
            Quirk::CategoryRequired => (
                "category-required",
                "a search for Observations without category answers 400",
                "jwilleke/yourphr#754",
            ),
            Quirk::Throttled => (
                "throttled",
                "the first request for each second page answers 429 with Retry-After",
                "athenahealth/apiserver-athenaFlex#359",
            ),
            Quirk::NextFails => (
                "next-fails",
                "the last page has a next link that answers 500",
                "CMSgov/beneficiary-fhir-data#393",
            ),
            Quirk::NextLoops => {
                ("next-loops", "the next link leads back to its own page", "microsoft/iomt-fhir#257")
            }
            Quirk::Gone => ("gone", "what is no longer returned answers 410 to a read, not 404", ""),
            Quirk::Restamped => (
                "restamped",
                "each answer carries another meta.versionId and meta.lastUpdated",
                "hapifhir/hapi-fhir#4348",
            ),
            Quirk::Binary(_) => (
                "binary",
                "a Binary comes as json (the default), with a wrong type, strict (406), as a redirect, slow, refused, missing or limited",
                "",
            ),
            Quirk::Fetching(fetching) => return fetching.about(),
            Quirk::Hostile(hostile) => return hostile.about(),
            Quirk::Acting(acting) => return acting.about(),
            _ => return self.of_signing_in(),
        };
        About { name, does, seen: Some(seen).filter(|seen| !seen.is_empty()) }
    }

    fn of_signing_in(&self) -> About {
        let (name, does, seen) = match self {
            Quirk::OldDiscovery => (
                "old-discovery",
                "no SMART configuration, only the OAuth addresses of the capability statement",
                "microsoft/fhir-server#2138",
            ),
            Quirk::PkceUnannounced => (
                "pkce-unannounced",
                "discovery does not say that PKCE is known",
                "smart-on-fhir/client-js#174",
            ),
            Quirk::PkcePlain => ("pkce-plain", "discovery lists only the PKCE method plain", ""),
            Quirk::WildcardRefused => (
                "wildcard-refused",
                "scopes with a wildcard are invalid_scope; discovery lists the types",
                "HL7/smart-app-launch#386",
            ),
            Quirk::NoRevocation => (
                "no-revocation",
                "there is no revocation endpoint",
                "smart-on-fhir/smart-on-fhir.github.io#83",
            ),
            Quirk::RevocationFails => ("revocation-fails", "revocation answers 503", ""),
            Quirk::ClockSkew(_) => (
                "clock-skew",
                "the portal's clock differs by seconds (clock-skew=-90; 600 if none are named)",
                "keycloak/keycloak#8966",
            ),
            Quirk::AuthorizeError => (
                "authorize-error",
                "the browser is sent back with server_error at once",
                "fastenhealth/fasten-onprem#627",
            ),
            Quirk::AuthorizePage => (
                "authorize-page",
                "the portal shows a page that the app is unknown, and the browser never comes back",
                "fastenhealth/fasten-onprem#621",
            ),
            Quirk::StateWrong => {
                ("state-wrong", "the browser comes back with another state", "smart-on-fhir/client-py#73")
            }
            Quirk::StateMissing => {
                ("state-missing", "the browser comes back without state", "smart-on-fhir/smart-launcher#13")
            }
            Quirk::IssWrong => {
                ("iss-wrong", "the browser comes back with another iss", "archestra-ai/archestra#7250")
            }
            Quirk::IssMissing => (
                "iss-missing",
                "the browser comes back without the iss that was promised",
                "twentyhq/twenty#24347",
            ),
            Quirk::IssUnpromised => {
                ("iss-unpromised", "no iss is promised and none comes", "smart-on-fhir/client-js#205")
            }
            Quirk::SilentInvalidClient => (
                "silent-invalid-client",
                "the token endpoint answers invalid_client and not one word more",
                "smart-on-fhir/client-js#87",
            ),
            Quirk::TokenErrorOk => (
                "token-error-ok",
                "what the token endpoint refuses, it refuses with status 200",
                "lelylan/simple-oauth2#459",
            ),
            Quirk::TokenHtml => (
                "token-html",
                "the token endpoint answers 200 with a page for people",
                "fastenhealth/fasten-onprem#461",
            ),
            Quirk::TokenBusy => (
                "token-busy",
                "the first token request answers 503 with Retry-After",
                "GlycemicGPT/GlycemicGPT#859",
            ),
            Quirk::TokenRedirects => {
                ("token-redirects", "the token endpoint answers 307 to another origin", "")
            }
            _ => return self.of_tokens(),
        };
        About { name, does, seen: Some(seen).filter(|seen| !seen.is_empty()) }
    }

    fn of_tokens(&self) -> About {
        let (name, does, seen) = match self {
            Quirk::PatientByUser => {
                ("patient-by-user", "token answers name the patient only as fhirUser", "")
            }
            Quirk::PatientMissing => {
                ("patient-missing", "token answers do not name the patient", "openemr/openemr#5157")
            }
            Quirk::NoRefreshToken => (
                "no-refresh-token",
                "there is never a refresh token, whatever was allowed",
                "fastenhealth/fasten-onprem#190",
            ),
            Quirk::RefreshNotRotated => (
                "refresh-not-rotated",
                "a refresh gives no new refresh token; the old one stays good",
                "FlowFuse/flowfuse#8270",
            ),
            Quirk::FixedEnd => (
                "fixed-end",
                "the connection has an end that no refresh moves, and the portal says when",
                "jmandel/health-skillz",
            ),
            Quirk::FixedEndUnsaid => (
                "fixed-end-unsaid",
                "the connection has an end that no refresh moves, and the portal does not say when",
                "jmandel/health-skillz",
            ),
            Quirk::RefreshOmitsPatient => (
                "refresh-omits-patient",
                "a refresh response names no patient and no scopes",
                "onc-healthit/onc-certification-g10-test-kit#522",
            ),
            Quirk::ExpiresAtOnce => (
                "expires-at-once",
                "access tokens are said to live for one second",
                "GlycemicGPT/GlycemicGPT#859",
            ),
            Quirk::ScopeOmitted => {
                ("scope-omitted", "no token answer names the scopes", "microsoft/fhir-server#615")
            }
            Quirk::ScopeLate => ("scope-late", "only a refresh names the scopes", "HL7/smart-app-launch#93"),
            Quirk::ScopeNarrower => (
                "scope-narrower",
                "less is granted than the person allowed: a few types",
                "HL7/smart-app-launch#386",
            ),
            Quirk::ScopeNarrowerLater => {
                ("scope-narrower-later", "a refresh narrows the grant to two types", "")
            }
            Quirk::ScopeV1 => (
                "scope-v1",
                "scopes of version 2 are answered in the form of version 1",
                "onc-healthit/onc-certification-g10-test-kit#519",
            ),
            Quirk::OfflineUnechoed => (
                "offline-unechoed",
                "offline_access is granted and not echoed",
                "smart-on-fhir/client-js#138",
            ),
            Quirk::OfflineNeedsConsent => (
                "offline-needs-consent",
                "offline_access is passed over unless the app asks with prompt=consent",
                "",
            ),
            Quirk::RegistrationRefused(_) => (
                "registration-refused",
                "registration answers with a status (registration-refused=403; 400 if none is named)",
                "fastenhealth/fasten-onprem#456",
            ),
            Quirk::RegistrationChanges(_) => (
                "registration-changes",
                "registration makes something else of it (=secret, method, grants, scopes or redirect)",
                "modelcontextprotocol/typescript-sdk#951",
            ),
            Quirk::RegistrationProtected => (
                "registration-protected",
                "only with an access token; the new client renews by its key",
                "jwilleke/yourphr#581",
            ),
            Quirk::RsaOnly => ("rsa-only", "only RSA keys are registered", "jmandel/health-skillz"),
            _ => ("", "", ""),
        };
        About { name, does, seen: Some(seen).filter(|seen| !seen.is_empty()) }
    }
}
