"""What people tell about themselves, how they ask for it later, and the answers."""

from __future__ import annotations

from ..data import words
from .common import bank, made_up_word, num, pick
from .tool_values import person_name, place

# key: value maker, ways to say it, acknowledgements, questions, answers, unknown-noun
FACTS = {
    "name": (
        person_name,
        bank(
            "My name is {v}.",
            "[Hi|Hello|Hey], [I'm|I am|my name is] {v}.",
            "[I'm|I am] {v}.",
            "You can call me {v}.",
            "[People|My friends] call me {v}.",
            "Please call me {v}.",
        ),
        bank(
            "Nice to meet you, {v}!",
            "Hello, {v}! [How can I help you?|Nice to meet you.|]",
            "Hi {v}! [What can I do for you?|]",
        ),
        bank(
            "What is my name?",
            "What's my name?",
            "Do you [know|remember] my name?",
            "Who am I?",
            "[Tell me|Say] my name.",
            "Can you tell me my name?",
        ),
        bank("Your name is {v}.", "You are {v}.", "Your name is {v}.", "You told me that your name is {v}."),
        "your name",
    ),
    "color": (
        lambda r: pick(r, words.COLORS),
        bank(
            "My favorite color is {v}.",
            "I love the color {v}.",
            "I like {v} best of all colors.",
            "My favourite colour is {v}.",
        ),
        bank("{V} is a nice color[!|.]", "[Nice|Good] choice! [I will remember that.|]", "Okay, {v} it is."),
        bank(
            "What is my favorite color?",
            "What color do I like[ best|]?",
            "Do you remember my favorite color?",
            "Which color did I say I like?",
        ),
        bank("Your favorite color is {v}.", "You like {v}.", "It is {v}."),
        "your favorite color",
    ),
    "city": (
        lambda r: place(r, None),
        bank(
            "I live in {v}.",
            "I am from {v}.",
            "My home is in {v}.",
            "I moved to {v} last year.",
            "I'm living in {v}.",
        ),
        bank(
            "{v} sounds like a nice place[!|.]",
            "[Nice|Great]! How is life in {v}?",
            "I will remember that you live in {v}.",
        ),
        bank(
            "Where do I live?",
            "[In which|What] city do I live[ in|]?",
            "Do you remember where I live?",
            "Which city did I mention?",
        ),
        bank("You live in {v}.", "In {v}.", "You told me that you live in {v}."),
        "where you live",
    ),
    "job": (
        lambda r: pick(r, words.JOBS),
        bank(
            "I work as {av}.", "I am {av}.", "My job is {v}.", "I'm {av}.", "I have worked as {av} for years."
        ),
        bank("That is an interesting job[!|.]", "{AV} has a lot to do[!|.]", "Okay, you are {av}."),
        bank("What is my job?", "What do I do for work?", "Do you remember my job?", "What do I work as?"),
        bank("You are {av}.", "You work as {av}.", "Your job is {v}."),
        "your job",
    ),
    "number": (
        lambda r: str(num(r, 2, 999)),
        bank(
            "My [lucky|favorite] number is {v}.",
            "Remember the number {v}.",
            "Keep the number {v} in mind.",
            "The number is {v}. Don't forget it.",
            "My number is {v}.",
        ),
        bank("Okay, {v}.", "I will remember [the number |]{v}.", "Got it: {v}."),
        bank(
            "What [is|was] [my|the] number?",
            "Which number did I [tell you|say|give you]?",
            "Do you remember [my|the] number?",
        ),
        bank("The number is {v}.", "It is {v}.", "{v}", "You told me the number {v}."),
        "your number",
    ),
    "age": (
        lambda r: str(num(r, 5, 95)),
        bank(
            "I am {v} years old.",
            "I'm {v} years old.",
            "I turned {v} [today|last week|this year].",
            "My age is {v}.",
        ),
        bank("{v} is a great age[!|.]", "Okay, you are {v}.", "Thank you for telling me."),
        bank("How old am I?", "What is my age?", "Do you remember how old I am?"),
        bank("You are {v} years old.", "You are {v}.", "You told me that you are {v}."),
        "your age",
    ),
    "hobby": (
        lambda r: pick(r, words.HOBBIES),
        bank("My hobby is {v}.", "I love {v}.", "I like {v} a lot.", "In my free time I enjoy {v}."),
        bank("{V} is fun[!|.]", "That sounds like fun!", "Great hobby!"),
        bank("What is my hobby?", "What do I like to do?", "Do you remember my hobby?"),
        bank("Your hobby is {v}.", "You like {v}.", "You told me that you like {v}."),
        "your hobby",
    ),
    "food": (
        lambda r: pick(r, words.DISHES),
        bank("My favorite food is {v}.", "I love {v} more than any other food.", "I like to eat {v}."),
        bank("{V} is tasty[!|.]", "Yum! [I will remember that.|]", "Good taste!"),
        bank("What is my favorite food?", "What do I like to eat?", "Which food did I mention?"),
        bank("Your favorite food is {v}.", "You like {v}.", "It is {v}."),
        "your favorite food",
    ),
    "word": (
        lambda r: made_up_word(r),
        bank(
            "[The|My] secret word is {v}.",
            "The password is {v}.",
            "Remember this word: {v}",
            "Remember the word {v}[.| for me.]",
            "The code word is {v}.",
        ),
        bank("Okay, I will remember [it|{v}].", "Got it: {v}.", "I will remember that.", "Okay."),
        bank(
            "What [is|was] the [secret word|password|code word|word]?",
            "Which word [did I tell you|should you remember]?",
            "[Tell me|Say] the word.",
        ),
        bank("The word is {v}.", "It is {v}.", "{v}", "You told me the word {v}."),
        "a word",
    ),
    "friend": (
        person_name,
        bank(
            "My best friend is {v}.",
            "My best friend is called {v}.",
            "I have a good friend. Her name is {v}.",
            "My friend's name is {v}.",
        ),
        bank("{v} is a nice name[!|.]", "It is good to have a friend like {v}.", "Say hello to {v}!"),
        bank(
            "[What is|What's] my friend's name?",
            "Who is my [best |]friend?",
            "What is the name of my friend?",
        ),
        bank("Your friend is {v}.", "Your friend's name is {v}.", "It is {v}."),
        "your friend",
    ),
    "month": (
        lambda r: pick(r, words.MONTHS),
        bank("My birthday is in {v}.", "I was born in {v}."),
        bank("{v} is a good month[!|.]", "I will remember that.", "Okay, in {v}."),
        bank("When is my birthday?", "In which month [is my birthday|was I born]?"),
        bank("Your birthday is in {v}.", "In {v}.", "It is in {v}."),
        "your birthday",
    ),
}
FACT_KEYS = list(FACTS)
NOT_TOLD = bank(
    "You have not told me {n} yet.",
    "I do not know {n}. You did not tell me.",
    "You did not tell me {n}.",
    "I don't know that. You have not told me {n} yet.",
)
PET_SAY = bank(
    "I have a {p} called {v}.",
    "My {p} is called {v}.",
    "My {p}'s name is {v}.",
    "I have a new {p}. Its name is {v}.",
    "This is my {p} {v}.",
)
PET_REPLY = bank(
    "{v} is a [nice|cute|lovely] name for a {p}[!|.]", "How nice! Say hello to {v}.", "A {p}! How lovely."
)
PET_NAME_QUESTION = bank(
    "What is [the name of my {p}|my {p}'s name|my {p} called]?",
    "How is my {p} called?",
    "Do you remember the name of my {p}?",
    "What is my pet's name?",
)
PET_NAME_ANSWER = bank(
    "Your {p} is called {v}.", "Your {p}'s name is {v}.", "The name of your {p} is {v}.", "{v}."
)
PET_KIND_QUESTION = bank("What [kind of |]pet do I have?", "What animal is {v}?", "Which animal do I have?")
PET_KIND_ANSWER = bank("You have a {p} called {v}.", "You have a {p}.", "{v} is a {p}.")
REPEAT_REQUESTS = bank(
    "Repeat after me: {s}",
    "[Repeat|Say|Copy] this: {s}",
    "Please repeat: {s}",
    'Say "{s}".',
    'Repeat "{s}".',
    "[Say|Write] exactly this: {s}",
    "Echo: {s}",
    "Repeat [the sentence|this sentence|these words]: {s}",
)
SYSTEM_NAME = bank(
    "Your name is {v}.",
    "You are {v}[.|, a helpful assistant.|, a friendly robot.]",
    "You are a helpful assistant called {v}.",
    "You are an assistant named {v}.",
)
WHO_QUESTIONS = bank(
    "What is your name?",
    "What's your name?",
    "Who are you?",
    "What should I call you?",
    "Tell me your name.",
    "Hi, who are you?",
)
WHO_ANSWERS = bank(
    "My name is {v}.",
    "I am {v}.",
    "My name is {v}. [How can I help you?|]",
    "I am {v}[.|, and I am here to help.]",
)
SYSTEM_USER = bank(
    "The user's name is {v}.",
    "You are talking to {v}.",
    "You are a helpful assistant. The name of the user is {v}.",
)
