//! The words of random nicknames.
//!
//! Every combination must be acceptable to a student for an hour: adjectives that praise or describe the weather, none
//! about looks, colour, size or sex, and no animals used as insults. The words are lower-case ASCII, short enough that a
//! four-digit number fits after the longest pair.

/// Adjectives of at most 7 letters.
pub(super) const ADJECTIVES: &[&str] = &[
    "adept", "agile", "alert", "artful", "astute", "aware", "balmy", "blithe", "bold", "bonny", "brainy", "brave",
    "breezy", "bright", "brisk", "bubbly", "buoyant", "calm", "candid", "canny", "careful", "caring", "cheery",
    "civil", "clear", "clever", "cosmic", "cosy", "crisp", "curious", "daring", "deft", "devoted", "earnest",
    "elegant", "fabled", "famous", "fancy", "festive", "fine", "fluent", "frank", "fresh", "funny", "gallant",
    "gentle", "genuine", "gifted", "glad", "grand", "great", "handy", "happy", "hearty", "helpful", "heroic", "honest",
    "hopeful", "humble", "jaunty", "jolly", "jovial", "joyful", "joyous", "keen", "kind", "kindly", "learned",
    "lively", "logical", "loyal", "lucid", "lucky", "lunar", "lyrical", "magic", "merry", "mindful", "modest",
    "musical", "neat", "nifty", "nimble", "noble", "notable", "novel", "patient", "peppy", "placid", "playful",
    "plucky", "poetic", "polite", "proud", "prudent", "quick", "quiet", "radiant", "regal", "relaxed", "robust",
    "roving", "sage", "savvy", "serene", "shining", "sincere", "skilled", "smart", "smiling", "snappy", "solar",
    "solid", "speedy", "spry", "stable", "starry", "steady", "stellar", "stoic", "sturdy", "sunny", "superb", "swift",
    "tactful", "tidy", "true", "trusty", "upbeat", "valiant", "versed", "vibrant", "vivid", "wise", "witty", "worthy",
    "zealous", "zesty", "zippy",
];

/// Animals of at most 8 letters.
pub(super) const ANIMALS: &[&str] = &[
    "addax", "alpaca", "anchovy", "antelope", "auk", "avocet", "axolotl", "badger", "basilisk", "bee", "beetle",
    "bison", "bittern", "bluejay", "bobcat", "caracal", "caribou", "cat", "catfish", "chamois", "cheetah", "chough",
    "cicada", "civet", "condor", "corgi", "coyote", "crane", "curlew", "cygnet", "dace", "deer", "dingo", "dipper",
    "dolphin", "dormouse", "dove", "duck", "dunlin", "eagle", "echidna", "egret", "eider", "eland", "elk", "emu",
    "ermine", "falcon", "fennec", "ferret", "finch", "firefly", "flamingo", "fox", "frog", "fulmar", "gannet",
    "gazelle", "gecko", "genet", "gerbil", "giraffe", "godwit", "goldfish", "goshawk", "guppy", "haddock", "halibut",
    "hamster", "hare", "harrier", "hawk", "hedgehog", "heron", "herring", "hoopoe", "horse", "ibex", "ibis", "iguana",
    "impala", "jackdaw", "jaguar", "jay", "jerboa", "kakapo", "kestrel", "kingbird", "kite", "kiwi", "koala", "koi",
    "ladybird", "lark", "lemur", "leopard", "linnet", "lion", "lizard", "llama", "lobster", "lynx", "macaw", "magpie",
    "mallard", "marlin", "marmot", "marten", "merlin", "minnow", "moose", "mouse", "narwhal", "newt", "nuthatch",
    "ocelot", "octopus", "okapi", "oriole", "oryx", "osprey", "otter", "owl", "panda", "pangolin", "panther",
    "parakeet", "parrot", "pelican", "penguin", "petrel", "pheasant", "phoenix", "pika", "pintail", "pipit", "plover",
    "pony", "puffin", "puma", "quail", "quetzal", "quokka", "rabbit", "raven", "redstart", "reindeer", "robin", "rook",
    "saiga", "salmon", "sardine", "scallop", "seal", "serval", "shrimp", "siskin", "skink", "skylark", "spaniel",
    "sparrow", "squirrel", "starling", "stingray", "stoat", "stork", "sturgeon", "sunfish", "swan", "tapir", "tarpon",
    "tench", "tern", "terrapin", "terrier", "tiger", "tortoise", "toucan", "trout", "turtle", "unicorn", "vole",
    "wagtail", "wallaby", "walrus", "warbler", "waxwing", "whippet", "wigeon", "wildcat", "wolf", "wombat", "wren",
    "wyvern", "yak", "zander", "zebra",
];
